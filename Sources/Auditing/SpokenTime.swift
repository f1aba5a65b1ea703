package import Bookings

extension WallTime {
    /// `Tuesday 22 September 2026 at 10:00`, as findings and verdicts say it.
    package var spoken: String { Words.time(self) }
}
