import Bookings
import Schedules
import TestSupport
import Testing

struct `Whatever a practice's software writes` {
    @Test(arguments: 0..<1500 as Range<UInt64>)
    func `is read as it was meant, or asked about`(seed: UInt64) throws {
        let practice = StyledPractice(seed: seed)
        var given = ExportGuess.Given()
        var guess = try ExportGuess(practice.bytes, isWhole: true)
        // Answers as somebody would who knows the practice. What was asked was not silently wrong; what was not asked
        // must be right, which the reading shows.
        for _ in 0..<12 {
            guard let doubt = guess.doubts.first else { break }
            switch doubt.about {
            case .column("booking"): given.columns["booking"] = [practice.bookingColumn]
            case .column("start"): given.columns["start"] = practice.startColumns
            case .column(let word): Issue.record("nobody can say which column is \(word)")
            case .dates:
                let dates = try #require(practice.dates)
                given.dates = dates
            case .status(let word):
                let status = try #require(practice.status(of: word))
                given.status[word] = status
            }
            guess = try ExportGuess(practice.bytes, isWhole: true, given: given)
        }
        #expect(guess.doubts == [])
        let rules = SourceRules(zone: "UTC", status: guess.status, zones: .system)
        let read = try Schedule.read(
            bytes: practice.bytes, layout: guess.layout, rules: rules, coverage: anyCoverage)
        let meant = practice.meant
        #expect(read.appointments.count == meant.count && read.malformations == [])
        for row in read.appointments {
            let visit = try #require(meant[row.booking.text])
            #expect(row.appointment.start?.civil == visit.start)
            #expect(row.appointment.status == nil || row.appointment.status == visit.status)
            let clear = [row.appointment.practitioner, row.appointment.service, row.appointment.location]
            #expect(!clear.contains { $0?.contains("Müller") ?? false })
        }
        let isKnown = guess.columns.contains { $0.word == "status" }
        if isKnown { #expect(read.appointments.allSatisfy { $0.appointment.status != nil }) }
    }

    @Test func `is seldom asked about where the software is common and the list is long`() throws {
        var asked = 0
        var long = 0
        for seed in 0..<400 as Range<UInt64> {
            let practice = StyledPractice(seed: seed)
            guard practice.visits.count >= 30, practice.bookingColumn == "Appointment ID" else { continue }
            long += 1
            let guess = try ExportGuess(practice.bytes, isWhole: true)
            let isOther = guess.doubts.contains { $0.about != .dates }
            #expect(!isOther, "seed \(seed): \(guess.doubts)")
            if !guess.doubts.isEmpty { asked += 1 }
        }
        #expect(long > 20 && asked * 2 < long)
    }
}
