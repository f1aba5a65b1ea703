import Auditing
import Bookings
import Transparency

/// What one night's work came to: every source with its outcome, the ledger, and what left for outside.
///
/// It is a value that reports, alerts, pings and metrics are made of; none of them looks at the ledger again.
struct Night {
    /// The ledger's name.
    let origin: String
    let started: Timestamp
    var ended: Timestamp
    /// The sources, in the order of the configuration.
    var sources: [SourceNight] = []
    /// The ledger, verified in whole or since the last verified checkpoint.
    var verification: Verification?
    /// The checkpoint that was signed at the end, and what became of each anchor.
    var checkpoint: Checkpoint?
    var anchors: [AnchorDelivery.Outcome] = []
    /// Nights before this one in which no check ran, though one should have: from which check on, and until when.
    var missed: (from: Timestamp, to: Timestamp, nights: Int)?
    /// How the night ends: the gravest of its sources and of the ledger.
    var status: Int32
    /// True where projections and declared states were computed again, too.
    var isFull = false
    /// The index of the `ledger.state` that was recorded at the end.
    var state: Int?
    /// What became of each time-stamp authority that was asked.
    var stamps: [Stamping.Outcome] = []
    /// What else went wrong, each with the status that it alone would give: an anchor that failed, a disk that was full.
    var troubles: [(sentence: String, status: Int32)] = []

    /// With which status the work ended, where none of it could be done: the ledger was busy, a disk full.
    var failure: Int32?

    /// What became of one source.
    struct SourceNight {
        let id: Identifier
        /// The zone in which its times are told.
        let zone: String?
        let outcome: Outcome
        /// What nights before had found of it, where it was not read this night: it stands as it was.
        var standing: [Finding] = []

        enum Outcome {
            /// It was read and compared.
            case checked(Check.Outcome)
            /// It was not read, or not compared: why, and with which exit status.
            case notRead(reason: String, status: Int32)
        }
    }
}
