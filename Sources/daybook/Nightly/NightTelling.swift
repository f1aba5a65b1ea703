import Console

/// Where a night is told of.
extension NightlyRun {
    /// Says, before any work, that the night has begun.
    func begin() {}

    /// Tells of a night that is over, and gives it with what went wrong in telling.
    func tell(_ night: Night, json: Bool) -> Night {
        let text = NightText(night)
        if json { Terminal.print(text.json) } else { Terminal.print(text.text) }
        return night
    }
}
