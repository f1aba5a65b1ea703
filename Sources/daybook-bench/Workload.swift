import Bookings
import Foundation
import Schedules

/// Bookings of a large practice, made from a seed: each by itself, so that none need be kept in memory.
///
/// One event makes each booking, with three sealed fields (the client's id and name, and a telephone number or an
/// e-mail address), and comes to an entry of about 700 bytes. No slot is booked twice.
struct Workload {
    let seed: UInt64
    let bookings: Int
    /// When the first event happened, in seconds since 1970.
    let epoch: Int64

    static let source = "crm"
    static let zone = "Europe/London"
    /// The length of the time in which all events happen: shorter than what counts as late.
    static let span: Int64 = 18 * 3600
    /// How far the recording clock is behind the computer's: an export that is taken now is then taken well after.
    static let clockBehind: Int64 = 3600

    /// Events that end before the recording clock's present.
    init(seed: UInt64, bookings: Int, now: Int64) {
        self.init(seed: seed, bookings: bookings, epoch: now - Workload.clockBehind - Workload.span)
    }

    init(seed: UInt64, bookings: Int, epoch: Int64) {
        self.seed = seed
        self.bookings = bookings
        self.epoch = epoch
    }

    func id(_ booking: Int) -> String { "A-\(1_000_001 + booking)" }

    /// What the client of a booking is called.
    func clientName(_ booking: Int) -> String { name(of: client(booking)) }

    /// The day of a booking, as 2026-06-11.
    func day(_ booking: Int) -> String { start(booking).civil.dateText }

    /// The event that makes a booking, as one line of CloudEvents without its end.
    func event(_ booking: Int) -> [UInt8] {
        let start = start(booking)
        let end = WallTime(instant: start.instant + 1800, offset: start.offset)!
        let happened = Timestamp(seconds: epoch + Int64(booking) * Workload.span / Int64(max(bookings, 1)))
        let client = client(booking)
        let actor =
            random(booking, .actor) % 4 == 0
            ? #"{"kind":"client","id":"C-\#(client)"}"#
            : #"{"kind":"user","id":"reception.\#(Workload.firstNames[Int(random(booking, .actor) >> 8) % 12].lowercased())"}"#
        let line =
            #"{"specversion":"1.0","id":"e-\#(booking + 1)","source":"\#(Workload.source)","type":"booking.created","#
            + #""subject":"\#(id(booking))","time":"\#(happened.text)","sequence":"\#(booking + 1)","#
            + #""data":{"actor":\#(actor),"appointment":{"start":"\#(start.text)","end":"\#(end.text)","#
            + #""zone":"\#(Workload.zone)","status":"booked","practitioner":"\#(practitioner(booking))","#
            + #""service":"\#(service(booking))","location":"\#(location(booking))"},"#
            + #""client":{"id":"C-\#(client)","name":"\#(name(of: client))",\#(contact(of: client))}}}"#
        return Array(line.utf8)
    }

    /// How a row of the live schedule differs from the record.
    enum Difference {
        case none, missing
        case moved(minutes: Int64)
        case otherPractitioner
    }

    static let columns = "booking,start,end,zone,status,practitioner,service,location,client.id,client.name\n"

    /// A row of the live schedule with its line end; empty where it is missing.
    func row(_ booking: Int, _ difference: Difference = .none) -> [UInt8] {
        var start = start(booking)
        var practitioner = practitioner(booking)
        switch difference {
        case .none: break
        case .missing: return []
        case .moved(let minutes): start = WallTime(instant: start.instant + minutes * 60, offset: start.offset)!
        case .otherPractitioner: practitioner = "dr-locum"
        }
        let end = WallTime(instant: start.instant + 1800, offset: start.offset)!
        let client = client(booking)
        return Array(
            ("\(id(booking)),\(start.civil.text),\(end.civil.text),\(Workload.zone),booked,\(practitioner),\(service(booking)),"
                + "\(location(booking)),C-\(client),\(name(of: client))\n").utf8)
    }

    /// Writes lines to a file as they are made.
    static func write(to path: String, first: String = "", _ count: Int, line: (Int) -> [UInt8]) throws {
        guard let file = fopen(path, "w") else { throw BenchError("\(path): \(String(cString: strerror(errno)))") }
        var buffer = Array(first.utf8)
        func flush() throws {
            guard fwrite(buffer, 1, buffer.count, file) == buffer.count else {
                throw BenchError("\(path): \(String(cString: strerror(errno)))")
            }
            buffer.removeAll(keepingCapacity: true)
        }
        do {
            for place in 0..<count {
                buffer += line(place)
                if buffer.count > 1 << 20 { try flush() }
            }
            try flush()
        } catch {
            fclose(file)
            throw error
        }
        guard fclose(file) == 0 else { throw BenchError("\(path): \(String(cString: strerror(errno)))") }
    }

    /// One number for each property of a booking.
    private enum Property: UInt64 { case client = 1, actor, service, firstName, lastName, contact }

    /// A number that looks like chance and is the same each time (the mixing function of SplitMix64).
    private func random(_ place: Int, _ property: Property) -> UInt64 {
        var mixed = (seed ^ property.rawValue << 56) &+ UInt64(place + 1) &* 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    // 180 days of 18 half hours from 09:00 for each practitioner.
    private static let days = 180
    private static let slots = 18

    private func start(_ booking: Int) -> WallTime {
        let day = epoch / 86_400 + 8 + Int64(booking % Workload.days)
        let slot = Int64(booking / Workload.days % Workload.slots)
        let civil = CivilTime(seconds: day * 86_400 + 9 * 3600 + slot * 1800)!
        do throws(WallTimeError) {
            return try WallTime.resolve(civil, zone: Workload.zone, rules: .system)
        } catch {
            preconditionFailure("no clock change is at this time of day: \(error)")
        }
    }

    private func chair(_ booking: Int) -> Int { booking / (Workload.days * Workload.slots) }

    private func practitioner(_ booking: Int) -> String {
        "dr-\(Workload.surname(chair(booking) &* 7).lowercased())-\(chair(booking) + 1)"
    }

    private func location(_ booking: Int) -> String {
        "surgery-\(chair(booking) + 1)"
    }

    private func service(_ booking: Int) -> String {
        Workload.services[Int(random(booking, .service) % UInt64(Workload.services.count))]
    }

    private func client(_ booking: Int) -> Int {
        1001 + Int(random(booking, .client) % UInt64(max(1, bookings / 5)))
    }

    private func name(of client: Int) -> String {
        let first = Workload.firstNames[Int(random(client, .firstName) % UInt64(Workload.firstNames.count))]
        return "\(first) \(Workload.surname(Int(random(client, .lastName) >> 8)))"
    }

    private func contact(of client: Int) -> String {
        let digits = random(client, .contact) % 900_000 + 100_000
        return client % 3 == 0 ? #""email":"c\#(client).\#(digits)@example.org""# : #""phone":"+44 7700 \#(digits)""#
    }

    /// One of 1,600 surnames.
    private static func surname(_ number: Int) -> String {
        beginnings[number % beginnings.count] + endings[number / beginnings.count % endings.count]
    }

    private static let firstNames = [
        "Jane", "Tom", "Asha", "Ana", "Callum", "Niamh", "Hannah", "Wanda", "Omar", "Grace", "Leila", "Peter", "Zoë",
        "Ravi", "Ewa", "Kwame", "Mei", "José", "Freya", "Idris", "Olga", "Sean", "Amina", "Dmitri", "Bronwen", "Luca",
        "Yusuf", "Ingrid", "Tariq", "Chloé", "Hugo", "Mary", "Kofi", "Priya", "Nils", "Esther", "Sofia", "Adam", "Noor",
        "Ruth", "Viktor", "Siobhán", "Hamza", "Elena", "Piotr", "Joan", "Abdul", "Rosa", "Liam", "Ines", "George",
        "Fatima", "Oscar", "Wei", "Clara", "Jonas", "Dina", "Samir", "Beth", "Marek",
    ]
    private static let beginnings = [
        "Ash", "Black", "Bram", "Brook", "Burn", "Carl", "Clay", "Cross", "Dun", "East", "Fair", "Farn", "Green", "Hal",
        "Hart", "Hay", "Hol", "Kirk", "Lang", "Lin", "Mar", "Mid", "Nor", "Oak", "Pem", "Quin", "Raven", "Red", "Ross",
        "Sher", "Stan", "Stock", "Thack", "Thorn", "Wain", "Wake", "West", "Whit", "Win", "York",
    ]
    private static let endings = [
        "bury", "by", "combe", "cott", "croft", "dale", "den", "don", "eray", "field", "ford", "gate", "ham", "hurst",
        "ington", "kins", "land", "leigh", "ley", "low", "man", "mere", "mont", "more", "over", "ridge", "sett", "shaw",
        "smith", "son", "stead", "ston", "stone", "ton", "wald", "well", "wick", "wood", "worth", "wright",
    ]
    private static let services = ["exam", "hygiene", "filling", "crown", "root-canal", "review"]
}
