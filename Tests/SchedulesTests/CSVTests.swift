import Bookings
import Schedules
import Testing
import Transparency

@Suite("CSV: a table in any of its spellings is read the same")
struct CSVTests {
    private let header =
        "booking,start,end,zone,status,practitioner,service,location,series,occurrence,"
        + "client.id,client.name,client.phone,client.email,client.born,note\n"

    @Test("a row with everything in it")
    func everyColumn() throws {
        let row =
            "B-1,2026-06-11 09:30,2026-06-11T10:00:00+01:00,Europe/London,Confirmed,D7,Massage,Room 2,S-9,"
            + "2026-06-11,P-1,Asha Patel,+44 20 7946 0000,asha@example.org,1980-02-29,by the window\n"
        let read = try snapshot(header + row)
        #expect(read.malformations == [])
        #expect(read.rows == 1)
        var appointment = Appointment()
        appointment.start = WallTime(canonical: "2026-06-11T09:30:00+01:00")
        appointment.end = WallTime(canonical: "2026-06-11T10:00:00+01:00")
        appointment.zone = "Europe/London"
        appointment.status = .booked
        appointment.word = "Confirmed"
        appointment.practitioner = "D7"
        appointment.service = "Massage"
        appointment.location = "Room 2"
        appointment.series = "S-9"
        appointment.occurrence = "2026-06-11"
        let personal = [
            "client.id": "P-1", "client.name": "Asha Patel", "client.phone": "+44 20 7946 0000",
            "client.email": "asha@example.org", "client.born": "1980-02-29", "note": "by the window",
        ]
        let expected = LiveAppointment(booking: "B-1", appointment: appointment, personal: personal, row: 2)
        #expect(read.appointments == [expected])
    }

    @Test("the digest is of the bytes as received, the coverage is passed on")
    func digest() throws {
        let text = "\u{feff}booking,start\r\n\"B\"\"1\",\r\n"
        let read = try snapshot(text, chunk: 5)
        #expect(read.digest == Hash.sha256(Array(text.utf8)))
        #expect(read.coverage == anyCoverage)
        #expect(read.appointments.map(\.booking) == ["B\"1"])
    }

    @Test(
        "line ends, byte order mark, quotes and empty lines",
        arguments: [
            "booking,start,note\nB-1,,x\nB-2,,y\n", "booking,start,note\r\nB-1,,x\r\nB-2,,y\r\n",
            "booking,start,note\rB-1,,x\rB-2,,y", "\u{feff}booking,start,note\nB-1,,x\nB-2,,y",
            "\u{feff}\"booking\",\"start\",\"note\"\n\"B-1\",\"\",\"x\"\n\"B-2\",,y",
            "booking,start,note\nB-1,,x\nB-2,,y\n\n\r\n",
            "\n\nbooking,start,note\nB-1,,x\n\n,,\n , ,\nB-2,,y\n", "note,start,booking\nx,,B-1\ny,,B-2",
            "booking;start;note\nB-1;;x\nB-2;;y", "booking\tstart\tnote\nB-1\t\tx\nB-2\t\ty\n",
            "booking,other,start,note\nB-1,\"a,\nb\",,x\nB-2,c,,y",
            " booking , start ,note\n B-1\t,, x \n\"B-2\" ,,\"y\"",
            "booking,start,note\nB-1,,x,,\nB-2,,y,", "booking,start,note,\nB-1,,x,\nB-2,,y,\n",
            "booking,start,note\nB-1,,\u{a0}x\u{3000}\nB-2,,y\n",
        ])
    func spellings(_ text: String) throws {
        for chunk in [1, 2, 3, 7, 1000] {
            let read = try snapshot(text, chunk: chunk)
            #expect(read.appointments.map(\.booking) == ["B-1", "B-2"])
            #expect(read.appointments.map(\.personal) == [["note": "x"], ["note": "y"]])
            #expect(read.rows == 2)
            #expect(read.malformations == [])
        }
    }

    @Test("a field keeps its newlines, commas and quotes; a quote inside an unquoted field is a quote")
    func fields() throws {
        let read = try snapshot("booking,start,note\n1,,\"a \"\"b\"\",\r\nc\"\n2,,5\" nail\n3,,\"\"\"\"\n4,,\"\"\n")
        #expect(read.appointments.map { $0.personal["note"] } == ["a \"b\",\r\nc", "5\" nail", "\"", nil])
    }

    @Test("a row's number is its place in the file, blank ones counted as a spreadsheet counts them")
    func numbers() throws {
        let read = try snapshot("booking,start,note\n1,,\"two\nlines\"\n\n2,,\n")
        #expect(read.appointments.map(\.row) == [2, 4])
        #expect(read.rows == 2)
    }

    @Test("a header without rows is an empty snapshot, cut or not")
    func noRows() throws {
        for text in ["booking,start", "booking,start\n", "booking,start\r\n\r\n"] {
            let read = try snapshot(text)
            #expect(read.rows == 0 && read.appointments.isEmpty && read.malformations.isEmpty)
        }
    }

    @Test("mapped columns, two of them joined")
    func mapped() throws {
        let layout = ScheduleLayout(columns: [
            "booking": ["Ref"], "start": ["Date", "Time"], "client.name": ["First", "Last"], "end": ["Date", "Until"],
        ])
        let text =
            "Ref,Date,Time,Until,First,Last,start\nB-1,2026-01-05, 09:00,09:30,Asha,Patel,not this\nB-2,,,,,Li,x\n"
        for chunk in [1, 4096] {
            let read = try snapshot(text, chunk: chunk, layout)
            #expect(read.malformations == [])
            #expect(read.appointments[0].appointment.start?.text == "2026-01-05T09:00:00+00:00")
            #expect(read.appointments[0].appointment.end?.text == "2026-01-05T09:30:00+00:00")
            #expect(read.appointments.map { $0.personal["client.name"] } == ["Asha Patel", "Li"])
            #expect(read.appointments[1].appointment == Appointment())
        }
    }

    @Test("a delimiter that is set is the only one")
    func delimiter() throws {
        let read = try snapshot("booking|start|note\na,b||c;d\n", ScheduleLayout(delimiter: UInt8(ascii: "|")))
        #expect(read.appointments.map(\.booking) == ["a,b"])
        #expect(read.appointments[0].personal == ["note": "c;d"])
    }

    @Test(
        "ids are kept byte for byte",
        arguments: [
            "\"quoted\"", "two\nlines", "carriage\r\nreturn", "🧑🏽‍⚕️", "e\u{301}", "\u{e9}", "</script>", "'; DROP TABLE--",
            "=1+1", "a,b",
            "\u{202e}right", "\u{200b}", "007", "\u{a0}1\u{a0}", "0", "null",
        ])
    func hostileIds(_ id: String) throws {
        let quoted = "\"" + id.replacing("\"", with: "\"\"") + "\""
        for chunk in [1, 3, 64] {
            let read = try snapshot("booking,start\n\(quoted),\n", chunk: chunk)
            #expect(read.appointments.map { Array($0.booking.text.utf8) } == [Array(id.utf8)])
        }
    }

    @Test("é and e with an accent are two bookings")
    func normalisation() throws {
        let read = try snapshot("booking,start\n\u{e9},\ne\u{301},\n")
        #expect(read.bookings.count == 2)
    }

    @Test("many rows, clients and texts come out as they went in")
    func manyRows() throws {
        var text = "booking,start,practitioner,client.id,client.name\n"
        for row in 0..<20_000 {
            text += "B-\(row),,a practitioner with a long name \(row % 700),P-\(row % 9000),Name \(row % 9000)\n"
        }
        let read = try snapshot(text)
        #expect(read.rows == 20_000)
        for (row, live) in read.appointments.enumerated() {
            guard live.booking == Identifier("B-\(row)"), live.row == row + 2,
                live.appointment.practitioner == "a practitioner with a long name \(row % 700)",
                live.personal == ["client.id": "P-\(row % 9000)", "client.name": "Name \(row % 9000)"]
            else {
                Issue.record("row \(row) came out as \(live)")
                return
            }
        }
    }
}
