import Bookings
import Testing

@testable import Schedules

/// What a calendar server answers.
struct `A calendar server's answer` {
    private func answer(_ responses: String, prefix: String = "D", root: String = "multistatus") -> CalDAVAnswer? {
        let spaces = "xmlns:\(prefix)=\"DAV:\" xmlns:X=\"urn:ietf:params:xml:ns:caldav\""
        let text = "<?xml version=\"1.0\"?>\n<\(prefix):\(root) \(spaces)>\(responses)</\(prefix):\(root)>"
        return CalDAVAnswer(xml: Array(text.utf8))
    }

    private func object(_ href: String, _ data: String, status: String = "HTTP/1.1 200 OK") -> String {
        "<D:response><D:href> \(href)\n</D:href><D:propstat><D:prop><D:getetag>\"1\"</D:getetag>"
            + "<X:calendar-data>\(data)</X:calendar-data></D:prop><D:status>\(status)</D:status></D:propstat></D:response>"
    }

    @Test func `is read whatever its prefixes, with entities and CDATA`() {
        let plain = answer(object("/a.ics", "BEGIN:VCALENDAR&#13;\nSUMMARY:A &amp; B &lt;C&gt;"))
        #expect(plain?.objects == ["/a.ics": .init(etag: "\"1\"", data: "BEGIN:VCALENDAR\r\nSUMMARY:A & B <C>")])
        let cdata = answer(object("/a.ics", "<![CDATA[SUMMARY:A & B]]>"))
        #expect(cdata?.objects["/a.ics"]?.data == "SUMMARY:A & B")
        let other = answer(
            "<d:response><d:href>/a.ics</d:href><d:propstat><d:prop><d:getetag>e</d:getetag></d:prop>"
                + "<d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>", prefix: "d")
        #expect(other?.objects == ["/a.ics": .init(etag: "e", data: nil)])
        #expect(answer("")?.objects == [:])
    }

    @Test func `says what it leaves out`() {
        let lacking = answer(object("/a.ics", "x", status: "HTTP/1.1 404 Not Found") + object("/b.ics", "y"))
        #expect(lacking?.objects["/a.ics"] == .init(etag: nil, data: nil))
        #expect(lacking?.objects["/b.ics"]?.data == "y")
        let cut = answer(
            object("/b.ics", "y")
                + "<D:response><D:href>/</D:href><D:status>HTTP/1.1 507 Insufficient Storage</D:status></D:response>")
        #expect(cut?.failures == 1 && cut?.objects.count == 1)
        let gone = answer("<D:response><D:href>/a</D:href><D:status>HTTP/1.1 404 Not Found</D:status></D:response>")
        #expect(gone?.failures == 0 && gone?.objects == [:])
    }

    @Test func `names a calendar as one`() {
        func kind(_ types: String, _ status: String = "HTTP/1.1 200 OK") -> Bool? {
            answer(
                "<D:response><D:href>/</D:href><D:propstat><D:prop><D:resourcetype>\(types)</D:resourcetype></D:prop>"
                    + "<D:status>\(status)</D:status></D:propstat></D:response>")?.isCalendar
        }
        #expect(kind("<D:collection/><X:calendar/>") == true)
        #expect(kind("<D:collection/>") == false)
        #expect(kind("<D:calendar/>") == false)
        #expect(kind("<X:calendar/>", "HTTP/1.1 403 Forbidden") == false)
    }

    @Test func `is refused where it is none, is cut off, or brings entities of its own`() {
        #expect(answer("", root: "error") == nil)
        for text in [
            "<?X?>", "<?xml version=\"1.0\"?><?X?><a/>", "", "<html></html>", "<D:multistatus xmlns:D=\"DAV:\">", "{}",
            "<multistatus/>",
        ] {
            #expect(CalDAVAnswer(xml: Array(text.utf8)) == nil, "\(text)")
            // Nor is it taken in an encoding in which a document type does not look like one.
            let wide: [UInt8] = [0xff, 0xfe] + text.utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] }
            #expect(CalDAVAnswer(xml: wide) == nil, "\(text)")
        }
        let bomb =
            "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><D:multistatus xmlns:D=\"DAV:\">&b;"
            + "</D:multistatus>"
        #expect(CalDAVAnswer(xml: Array(bomb.utf8)) == nil)
        let outside =
            "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><D:multistatus xmlns:D=\"DAV:\">&a;</D:multistatus>"
        #expect(CalDAVAnswer(xml: Array(outside.utf8)) == nil)
    }

    @Test func `is refused where any of its end is missing`() {
        let text =
            "<?xml version=\"1.0\"?>\n<D:multistatus xmlns:D=\"DAV:\" xmlns:X=\"urn:ietf:params:xml:ns:caldav\">"
            + object("/a.ics", "SUMMARY:A &amp; B") + "</D:multistatus>"
        #expect(CalDAVAnswer(xml: Array(text.utf8))?.objects.count == 1)
        for count in 0..<text.utf8.count {
            #expect(CalDAVAnswer(xml: Array(text.utf8.prefix(count))) == nil, "\(count) bytes of it")
        }
    }
}
