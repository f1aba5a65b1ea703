/// What is wrong with one line of a policy.
struct PolicyMistake: Error {
    let reason: String
}

/// Reads a policy line by line.
struct WitnessPolicyReader {
    private(set) var logs: [WitnessPolicy.Log] = []
    private(set) var witnesses: [WitnessPolicy.Witness] = []
    private(set) var quorum: WitnessPolicy.Quorum?
    /// What stands above by its name: names are bytes, since é and e + accent are two.
    private var defined: [[UInt8]: (quorum: WitnessPolicy.Quorum, depth: Int, isMember: Bool)] = [:]
    private var logKeys: Set<[UInt8]> = []
    private var witnessKeys: Set<[UInt8]> = []

    private typealias Word = ArraySlice<UInt8>

    mutating func read(_ line: ArraySlice<UInt8>) throws(PolicyMistake) {
        guard line.allSatisfy({ ($0 >= 0x20 && $0 != 0x7f) || $0 == 0x09 }) else {
            throw PolicyMistake(
                reason: "a control character stands there; a line ends in a newline without a carriage return")
        }
        let words = line.split { $0 == 0x20 || $0 == 0x09 }
        guard let first = words.first, first.first != UInt8(ascii: "#") else { return }
        guard logs.count + defined.count < WitnessPolicy.largest.names else {
            throw PolicyMistake(reason: "the policy has more than \(WitnessPolicy.largest.names) names")
        }
        switch shown(first) {
        case "log": try readLog(words)
        case "witness": try readWitness(words)
        case "group": try readGroup(words)
        case "quorum": try readQuorum(words)
        default:
            throw PolicyMistake(
                reason: "a line starts with log, witness, group, quorum or #, not with \"\(shown(first))\"")
        }
    }

    private mutating func readLog(_ words: [Word]) throws(PolicyMistake) {
        guard words.count == 2 || words.count == 3 else {
            throw PolicyMistake(reason: "a log is written as: log KEY [URL]")
        }
        let key = try key(words[1], of: "log", .ed25519)
        guard logKeys.insert(key.publicKey).inserted else {
            throw PolicyMistake(reason: "another log has this public key; remove one of the two")
        }
        logs.append(.init(key: key, url: words.count > 2 ? shown(words[2]) : nil))
    }

    private mutating func readWitness(_ words: [Word]) throws(PolicyMistake) {
        guard words.count == 3 || words.count == 4 else {
            throw PolicyMistake(reason: "a witness is written as: witness NAME KEY [URL]")
        }
        let key = try key(words[2], of: "witness", .cosignature)
        guard witnessKeys.insert(key.publicKey).inserted else {
            throw PolicyMistake(
                reason: "another witness has this public key, and would count twice; remove one of the two")
        }
        try define(words[1], as: .witness(key), depth: 0)
        witnesses.append(.init(name: shown(words[1]), key: key, url: words.count > 3 ? shown(words[3]) : nil))
    }

    private mutating func readGroup(_ words: [Word]) throws(PolicyMistake) {
        guard words.count >= 4 else {
            throw PolicyMistake(reason: "a group is written as: group NAME all|any|NUMBER NAME…")
        }
        let names = words[3...].map { Array($0) }
        var members: [WitnessPolicy.Quorum] = []
        var depth = 0
        for name in names {
            guard let member = defined[name] else { throw undefined(name[...]) }
            guard !member.isMember else {
                throw PolicyMistake(
                    reason: "\"\(shown(name[...]))\" is a member of a group already, and would count twice")
            }
            defined[name]?.isMember = true
            members.append(member.quorum)
            depth = max(depth, member.depth)
        }
        guard depth < WitnessPolicy.largest.depth else {
            throw PolicyMistake(reason: "groups stand in groups more than \(WitnessPolicy.largest.depth) deep")
        }
        let needed: Int
        switch shown(words[2]) {
        case "all": needed = members.count
        case "any": needed = 1
        case let digits:
            guard let number = Int(digits), String(number) == digits, (1...members.count).contains(number) else {
                throw PolicyMistake(
                    reason: "\"\(digits)\" is not all, any, or a number from 1 to \(members.count), which is how many "
                        + "members the group has")
            }
            needed = number
        }
        try define(words[1], as: .group(atLeast: needed, of: members), depth: depth + 1)
    }

    private mutating func readQuorum(_ words: [Word]) throws(PolicyMistake) {
        guard words.count == 2 else {
            throw PolicyMistake(reason: "a quorum is written as: quorum NAME, or quorum none")
        }
        guard quorum == nil else { throw PolicyMistake(reason: "a policy has one quorum; this is the second") }
        if words[1].elementsEqual("none".utf8) {
            quorum = WitnessPolicy.Quorum.none
        } else {
            guard let named = defined[Array(words[1])] else { throw undefined(words[1]) }
            quorum = named.quorum
        }
    }

    private mutating func define(
        _ name: Word, as quorum: WitnessPolicy.Quorum, depth: Int
    ) throws(PolicyMistake) {
        guard !name.elementsEqual("none".utf8) else {
            throw PolicyMistake(reason: "\"none\" means no witness, and cannot be the name of one")
        }
        guard defined[Array(name)] == nil else {
            throw PolicyMistake(reason: "\"\(shown(name))\" is the name of another witness or group")
        }
        defined[Array(name)] = (quorum, depth, false)
    }

    private func undefined(_ name: Word) -> PolicyMistake {
        PolicyMistake(
            reason: "no witness or group above this line is called \"\(shown(name))\"; define it first")
    }

    private func key(
        _ word: Word, of owner: String, _ algorithm: VerifierKey.Algorithm
    ) throws(PolicyMistake) -> VerifierKey {
        guard let text = String(validating: word, as: UTF8.self) else {
            throw PolicyMistake(reason: "the \(owner)'s key is not UTF-8")
        }
        let key: VerifierKey
        do { key = try VerifierKey(text) } catch {
            switch error {
            case .malformed:
                throw PolicyMistake(reason: "the \(owner)'s key is not of the form NAME+8 HEX DIGITS+BASE64")
            case .wrongKeyID:
                throw PolicyMistake(reason: "the \(owner)'s key does not have the key id that it names; copy it again")
            case .unknownAlgorithm(let type):
                throw PolicyMistake(reason: "the \(owner)'s key is of type \(type), which this program does not verify")
            }
        }
        guard key.algorithm == algorithm else {
            throw PolicyMistake(
                reason: algorithm == .cosignature
                    ? "this is the key of a log (type 1); a witness has one of type 4"
                    : "this is the key of a witness (type 4); a log has one of type 1")
        }
        return key
    }

    /// A word for people: what is no UTF-8 shows as U+FFFD.
    private func shown(_ word: Word) -> String { String(decoding: word, as: UTF8.self) }
}
