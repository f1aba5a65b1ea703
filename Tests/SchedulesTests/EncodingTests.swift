import Bookings
import Foundation
import Schedules
import TestSupport
import Testing
import Transparency

@Suite("encodings: what is declared is read, what is not is refused with what to declare")
struct EncodingTests {
    private let text =
        "booking,start,client.name,note\r\nB-1,2026-06-11 09:30,Zoë Müller,\"5 € – “ok”\"\r\né,,Ž,\u{a0}x\r\n"

    private func read(
        _ bytes: [UInt8], _ encoding: ScheduleLayout.Encoding, chunk: Int = 4096, name: String = "schedule.csv"
    ) throws(ScheduleError) -> Snapshot {
        try Schedule.read(
            bytes: bytes, name: name, chunk: chunk, layout: ScheduleLayout(encoding: encoding), rules: london,
            coverage: anyCoverage)
    }

    private func windows(_ text: String) throws -> [UInt8] { Array(try #require(text.data(using: .windowsCP1252))) }

    private func utf16(_ text: String, bigEndian: Bool) -> [UInt8] {
        ("\u{feff}" + text).utf16.flatMap { unit in
            let bytes = [UInt8(unit >> 8), UInt8(unit & 0xff)]
            return bigEndian ? bytes : bytes.reversed()
        }
    }

    @Test("windows-1252 and both UTF-16 are read as the UTF-8 of the same text, in any chunks")
    func same() throws {
        let whole = try snapshot(text)
        #expect(whole.appointments.map(\.personal["client.name"]) == ["Zoë Müller", "Ž"])
        for (bytes, encoding) in [
            (try windows(text), .windows1252), (utf16(text, bigEndian: true), .utf16),
            (utf16(text, bigEndian: false), .utf16),
        ] as [([UInt8], ScheduleLayout.Encoding)] {
            for chunk in [1, 2, 3, 5, 64, 4096] {
                let found = try read(bytes, encoding, chunk: chunk)
                #expect(found.appointments == whole.appointments && found.malformations == [])
                #expect(found.digest == Hash.sha256(bytes), "of the bytes as received")
            }
        }
    }

    @Test("every character of windows-1252 is Foundation's; the five that are none are refused by line")
    func everyCharacter() throws {
        for byte in UInt8(0x80)...0xff {
            let bytes = Array("booking,start,note\nB-1,,x".utf8) + [byte] + Array("y\n".utf8)
            if [0x81, 0x8d, 0x8f, 0x90, 0x9d].contains(byte) {
                #expect(
                    throws: ScheduleError.badFile(
                        path: "schedule.csv", line: 2, column: nil,
                        reason: "this is not windows-1252; export the file as UTF-8")
                ) { try read(bytes, .windows1252) }
            } else {
                let meant = try #require(String(bytes: [byte], encoding: .windowsCP1252))
                #expect(try read(bytes, .windows1252).appointments[0].personal["note"] == "x\(meant)y")
            }
        }
    }

    @Test("NDJSON too, and characters of two units")
    func lines() throws {
        let text = "{\"booking\":\"🧑🏽‍⚕️\",\"start\":null,\"note\":\"né\"}\n"
        for chunk in [1, 3, 4096] {
            let found = try read(utf16(text, bigEndian: false), .utf16, chunk: chunk, name: "x.ndjson")
            #expect(found.appointments.map(\.booking) == ["🧑🏽‍⚕️"])
            #expect(found.appointments[0].personal == ["note": "né"])
        }
    }

    @Test("half a unit and half a pair are refused by line, in any chunks")
    func halves() {
        let lone = utf16("booking,start\nB", bigEndian: true) + [0xd8, 0x3e] + [0x00, 0x2c] + [0x00, 0x0a]
        let trail = utf16("booking,start\nB", bigEndian: true) + [0xdd, 0xd1] + [0x00, 0x2c] + [0x00, 0x0a]
        let odd = utf16("booking,start\nB-1,", bigEndian: true) + [0x00]
        for bytes in [lone, trail, odd] {
            for chunk in [1, 2, 7, 4096] {
                let error = #expect(throws: ScheduleError.self) { try read(bytes, .utf16, chunk: chunk) }
                guard case .badFile(_, 2, nil, let reason) = error else { return #expect(error == nil, "line 2") }
                #expect(reason == "this is not utf-16; export the file as UTF-8")
            }
        }
    }

    @Test("a byte order mark that belies the declaration is believed, and a missing one missed")
    func marks() throws {
        func reason(_ bytes: [UInt8], _ encoding: ScheduleLayout.Encoding) -> String? {
            do throws(ScheduleError) {
                _ = try read(bytes, encoding)
                return nil
            } catch {
                guard case .badFile(_, 1, nil, let reason) = error else { return nil }
                return reason
            }
        }
        let wide = utf16(text, bigEndian: false)
        for encoding in [ScheduleLayout.Encoding.utf8, .windows1252] {
            #expect(reason(wide, encoding)?.contains("write \"encoding: utf-16\"") == true)
        }
        let marked = Array("\u{feff}\(text)".utf8)
        #expect(reason(marked, .windows1252)?.contains("\"encoding: windows-1252\" is declared") == true)
        #expect(reason(marked, .utf16)?.contains("byte order mark") == true)
        #expect(reason(Array(wide.dropFirst(2)), .utf16)?.contains("byte order mark") == true)
        #expect(reason([0xff, 0xfe], .utf16)?.contains("no header") == true)
        #expect(throws: ScheduleError.self) { try read([], .utf16) }
    }

    @Test("damaged files are refused or read, the same in any chunks", arguments: 0..<200 as Range<UInt64>)
    func damage(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let encoding = [ScheduleLayout.Encoding.windows1252, .utf16].randomElement(using: &random)!
        var bytes = encoding == .utf16 ? utf16(text, bigEndian: .random(using: &random)) : try windows(text)
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            if Bool.random(using: &random) {
                bytes.remove(at: place)
            } else {
                bytes[place] = .random(in: 0...255, using: &random)
            }
        }
        let chunk = Int.random(in: 1...64, using: &random)
        let whole = Result { try read(bytes, encoding).appointments }
        let pieces = Result { try read(bytes, encoding, chunk: chunk).appointments }
        switch (whole, pieces) {
        case (.success(let left), .success(let right)): #expect(left == right, "seed \(seed)")
        case (.failure(let left), .failure(let right)):
            #expect(left as? ScheduleError == right as? ScheduleError, "seed \(seed)")
        default: Issue.record("seed \(seed): the size of the chunks decided whether the file was refused")
        }
    }
}
