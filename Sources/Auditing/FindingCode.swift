/// The codes of findings. Other programs read them: none is ever given another meaning.
public enum FindingCode: String, Sendable, CaseIterable, Hashable {
    case ar101 = "AR101"
    case ar102 = "AR102"
    case ar103 = "AR103"
    case ar104 = "AR104"
    case ar105 = "AR105"
    case ar106 = "AR106"
    case ar107 = "AR107"
    case ar108 = "AR108"
    case ar109 = "AR109"
    case ar110 = "AR110"
    case ar111 = "AR111"
    case ar112 = "AR112"
    case ar113 = "AR113"
    case ar114 = "AR114"
    case ar115 = "AR115"
    case ar116 = "AR116"
    case ar201 = "AR201"
    case ar202 = "AR202"
    case ar203 = "AR203"
    case ar204 = "AR204"
    case ar205 = "AR205"
    case ar206 = "AR206"
    case ar207 = "AR207"
    case ar301 = "AR301"
    case ar302 = "AR302"
    case ar303 = "AR303"
    case ar304 = "AR304"
    case ar305 = "AR305"
    case ar401 = "AR401"
    case ar402 = "AR402"
    case ar403 = "AR403"
    case ar404 = "AR404"
    case ar405 = "AR405"
    case ar406 = "AR406"
    case ar407 = "AR407"

    /// The short name that follows the code.
    public var name: String { explanation.name }

    /// How bad it is, where nothing about the single case says otherwise.
    public var severity: Severity { explanation.severity }

    /// What `daybook explain` prints.
    public struct Explanation: Sendable {
        /// The short name.
        public let name: String
        /// The usual severity.
        public let severity: Severity
        /// What it means.
        public let definition: String
        /// What it usually is when nothing is wrong.
        public let innocentCauses: String
        /// What to do.
        public let remedy: String
    }

    /// What the code means, its usual innocent causes, and what to do.
    public var explanation: Explanation {
        FindingCode.explanations[self]!
    }
}
