/// From when on a difference counts: configuration, with the defaults that the design states. Times in seconds.
public struct Thresholds: Sendable, Equatable {
    /// How far the clocks of source and exporter may be apart: bookings touched this close to a reading are left out.
    public var skew: Int64 = 120
    /// How long after it happened an event may reach the record.
    public var late: Int64 = 24 * 3600
    /// How old an export may be.
    public var stale: Int64 = 36 * 3600
    /// How long no checkpoint may have left for a place outside.
    public var heldOutside: Int64 = 48 * 3600
    /// How many bookings may be missing before all of them are doubted.
    public var massRows = 5
    /// How many in a hundred of those expected may be missing before all of them are doubted.
    public var massPercent = 10
    /// How many rows must differ by one offset before that is one finding about zones.
    public var shiftedRows = 3
    /// How close together two bookings by one login are made "in the same breath".
    public var breath: Int64 = 120

    /// How many appointments a practitioner or a room can have at once; `nil`: double bookings are not looked for.
    public var capacity: Int?
    /// When the practice is open, in minutes after midnight on its clocks; `nil`: the hour of a change means nothing.
    public var hours: Range<Int>?

    /// The stated defaults.
    public init() {}
}
