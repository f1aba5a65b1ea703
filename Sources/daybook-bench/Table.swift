import Foundation

/// The report for people: Markdown tables of at most 100 columns, which can be read as they are.
struct Tables {
    let report: Report

    var text: String {
        var parts = [
            "\(report.processor), \(report.cores) cores; \(Figures.grouped(report.bookings)) bookings of "
                + "\(report.meanEntryLength) bytes an entry; seed \(report.seed)\(report.isDebugBuild ? "; a debug build" : "")",
            main,
        ]
        if let growth { parts.append(growth) }
        return parts.joined(separator: "\n\n")
    }

    /// What was measured with all bookings.
    private var main: String {
        let rows = report.measurements.filter { $0.bookings == report.bookings }.map { one in
            [
                one.work, ours(one), one.limit.map { Figures.rate($0) } ?? "",
                one.ratio.map { Figures.ratio($0) } ?? "",
                one.memory.map { (one.isMemoryOnlyABound ?? false ? "< " : "") + Figures.memory($0) } ?? "",
            ]
        }
        return Tables.table(["work", "ours", "limit", "ratio", "memory"], rows)
    }

    private func ours(_ one: Measurement) -> String {
        guard one.count > 1 else { return Figures.time(one.seconds) }
        return "\(Figures.time(one.seconds)), \(Figures.rate(one.rate))"
    }

    /// What was measured with several numbers of bookings: seconds, and what that is for one.
    private var growth: String? {
        let sizes = Set(report.measurements.map(\.bookings)).sorted()
        guard sizes.count > 1 else { return nil }
        var works: [String] = []
        for one in report.measurements where !works.contains(one.work) { works.append(one.work) }
        let rows: [[String]] = works.compactMap { work in
            let all = sizes.compactMap { size in report.measurements.first { $0.work == work && $0.bookings == size } }
            guard all.count == sizes.count else { return nil }
            return [work]
                + all.map { one in
                    let each = one.count > 1 ? " (\(Figures.nanoseconds(one.seconds / Double(one.count))) each)" : ""
                    return Figures.time(one.seconds) + each
                }
        }
        return Tables.table(["growth"] + sizes.map { Figures.grouped($0) }, rows)
    }

    private static func table(_ head: [String], _ rows: [[String]]) -> String {
        let widths = head.indices.map { column in ([head] + rows).map { $0[column].count }.max()! }
        func line(_ cells: [String]) -> String {
            let padded = cells.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + space : space + cell
            }
            return "| " + padded.joined(separator: " | ") + " |"
        }
        let rule = widths.enumerated().map { column, width in
            String(repeating: "-", count: column == 0 ? width : width - 1) + (column == 0 ? "" : ":")
        }
        return ([line(head), "| " + rule.joined(separator: " | ") + " |"] + rows.map(line)).joined(separator: "\n")
    }
}

/// Figures with three digits that count.
enum Figures {
    static func time(_ seconds: Double) -> String {
        if seconds < 0.0995 { return "\(digits(seconds * 1000)) ms" }
        return "\(digits(seconds)) s"
    }

    static func nanoseconds(_ seconds: Double) -> String {
        let nanoseconds = seconds * 1e9
        return nanoseconds < 9950 ? "\(Int(nanoseconds.rounded())) ns" : "\(digits(nanoseconds / 1000)) µs"
    }

    static func rate(_ rate: Double) -> String {
        if rate >= 999_500 { return "\(digits(rate / 1e6)) M/s" }
        if rate >= 9995 { return "\(digits(rate / 1e3)) k/s" }
        return "\(grouped(Int(rate.rounded())))/s"
    }

    static func ratio(_ ratio: Double) -> String { String(format: "%.2f", ratio) }

    static func memory(_ bytes: Int) -> String { "\(grouped((bytes + 1 << 19) >> 20)) MiB" }

    /// 1,000,000.
    static func grouped(_ number: Int) -> String {
        let digits = Array(String(number))
        return String(
            digits.enumerated().flatMap { place, digit -> [Character] in
                place > 0 && (digits.count - place).isMultiple(of: 3) ? [",", digit] : [digit]
            })
    }

    private static func digits(_ number: Double) -> String {
        number >= 99.95
            ? grouped(Int(number.rounded())) : String(format: number >= 9.995 ? "%.1f" : "%.2f", number)
    }
}
