import Bookings

/// The days of a reading's window, put where a place asks for them.
struct WindowDays {
    private let days: [(sign: String, day: String?)]
    private let name: String

    /// The window of `coverage`; `name` is what an error calls the place.
    init(of coverage: Coverage, name: String) {
        self.name = name
        // The window ends before `to`: of a day that it reaches into, all is asked for.
        let end = coverage.to.flatMap { CivilTime(seconds: $0.civil.seconds + 86_399) }
        days = [("{from}", coverage.from?.civil.dateText), ("{to}", end?.dateText)]
    }

    /// The text with the days in it.
    func put(into text: String) throws(ScheduleError) -> String {
        var text = text
        for (sign, day) in days where text.contains(sign) {
            guard let day else {
                throw .badFile(
                    path: name, line: nil, column: nil,
                    reason: "\(sign) stands for a day of the window, which the source's coverage does not declare")
            }
            text = text.replacing(sign, with: day)
        }
        return text
    }
}
