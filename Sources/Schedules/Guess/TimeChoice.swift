/// Which columns hold start and end: in one column, or day and time of day in two.
extension ColumnChoice {
    mutating func chooseTimes() {
        if isOpen(.start) { chooseStart() }
        if isOpen(.end), let start = columns[.start] { chooseEnd(start) }
    }

    private mutating func chooseStart() {
        let named = named(.start).filter { !HeaderWords.isTwoFaced(looks[$0].name) }
        let moments = same(named.filter { looks[$0].holdsTimes })
        let days = same(named.filter { looks[$0].holdsDays })
        let clocks = same(named.filter { looks[$0].holdsClocks })
        if moments.count == 1, days.allSatisfy({ isDay($0, of: moments[0]) }) {
            return set(.start, moments, "by its name; it has day and time of day")
        }
        if moments.isEmpty, days.count == 1, clocks.count == 1 {
            return set(.start, [days[0], clocks[0]], "by their names; one has the day, one the time of day")
        }
        let other = unnamedTimes(named)
        var proposals = moments.map { [$0] } + days.flatMap { day in clocks.map { [day, $0] } }
        if days.count == 1, clocks.isEmpty { proposals += other.clocks.map { [days[0], $0] } }
        if days.isEmpty, clocks.count == 1 { proposals += other.days.map { [$0, clocks[0]] } }
        if proposals.isEmpty {
            proposals = other.moments.map { [$0] } + other.days.flatMap { day in other.clocks.map { [day, $0] } }
        }
        let why =
            if moments.count + days.count > 1 || clocks.count > 1 {
                "several columns could be the start of the appointment"
            } else if proposals.isEmpty, !days.isEmpty || !other.days.isEmpty {
                "there are dates, and no column with the time of day"
            } else if proposals.isEmpty {
                "no column holds a date and a time of day that are read, as 24/03/2026 09:30"
            } else {
                "no column is called as starts are"
            }
        doubt(.start, why, proposals)
    }

    /// Times in columns whose names say something else, or nothing; when the record was made is never the start.
    private func unnamedTimes(_ named: [Int]) -> (moments: [Int], days: [Int], clocks: [Int]) {
        let rest = free.filter { place in
            let name = looks[place].name
            return !named.contains(place) && !HeaderWords.isRecordKeeping(name)
                && HeaderWords.rank(name, of: .end) == nil && HeaderWords.rank(name, of: .clientBorn) == nil
        }
        return (
            rest.filter { looks[$0].holdsTimes }, rest.filter { looks[$0].holdsDays },
            rest.filter { looks[$0].holdsClocks }
        )
    }

    /// The columns without those that say the same as an earlier one.
    private func same(_ places: [Int]) -> [Int] {
        places.reduce(into: []) { kept, place in
            if !kept.contains(where: { looks[$0].values == looks[place].values }) { kept.append(place) }
        }
    }

    /// True where a column repeats the days of another, which has times of day too.
    private func isDay(_ day: Int, of moment: Int) -> Bool {
        zip(looks[day].values, looks[moment].values).allSatisfy { $1.hasPrefix($0) }
    }

    private mutating func chooseEnd(_ start: [Int]) {
        for place in named(.end) {
            let look = looks[place]
            if look.holdsTimes { return set(.end, [place], "by its name; it has day and time of day") }
            if look.holdsClocks, start.count == 2, looks[start[0]].holdsDays {
                return set(.end, [start[0], place], "by its name, on the day of the start")
            }
            leaveOut(
                place,
                look.filled == 0
                    ? "it is empty"
                    : look.holdsClocks
                        ? "it has the time of day only, and no column the day only" : "its values are no times of day")
        }
    }

    /// Asks where starts lie in years in which no schedule's do: dates of birth, and what Excel shows for nothing.
    mutating func doubtYears(_ years: ClosedRange<Int>?) {
        guard let years, !isGiven(.start), let start = columns[.start],
            years.lowerBound < 1990 || years.count > 12
        else { return }
        doubt(
            .start, "the times in it are of the years \(years.lowerBound) to \(years.upperBound)", [start])
    }
}
