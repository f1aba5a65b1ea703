import Foundation
import Testing

/// A web server on this computer that has a schedule, of Python's standard library: how well it behaves goes by the path.
final class ScheduleServer {
    private let process: Process
    private let world: World
    /// `http://127.0.0.1:PORT`, or with https where it was started with a certificate.
    let address: String
    let port: String

    private static let script = #"""
        import csv, email.utils, http.server, io, json, os, pathlib, ssl, sys, time
        here, certificate = pathlib.Path(sys.argv[1]), sys.argv[2:]
        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self, status, body=b"", headers=(), length=None):
                self.send_response(status)
                for name, value in headers: self.send_header(name, value)
                self.send_header("Content-Length", str(len(body) if length is None else length))
                self.end_headers()
                self.wfile.write(body)
            def do_GET(self):
                with open(here / "requests", "a") as out:
                    out.write(json.dumps({"path": self.path, "host": self.headers["Host"],
                                          "authorization": self.headers["Authorization"]}) + "\n")
                body = (here / "export.csv").read_bytes()
                port = self.server.server_port
                asked = sum(json.loads(line)["path"] == self.path for line in open(here / "requests"))
                kind, _, rest = self.path.lstrip("/").partition("?")[0].partition("/")
                if kind == "export.csv":
                    written = email.utils.formatdate(os.path.getmtime(here / "export.csv"), usegmt=True)
                    self.answer(200, body, [("Last-Modified", written)])
                elif kind == "moved":
                    to = "/now" if rest == "0" else "/moved/%d" % (int(rest) - 1)
                    self.answer(302, headers=[("Location", to)])
                elif kind == "now": self.answer(200, body)
                elif kind == "loop": self.answer(301, headers=[("Location", "/loop")])
                elif kind == "elsewhere": self.answer(307, headers=[("Location", "http://localhost:%d/now" % port)])
                elif kind == "file": self.answer(302, headers=[("Location", "file:///etc/passwd")])
                elif kind == "cut": self.answer(200, body[:-20], length=len(body))
                elif kind == "flaky": self.answer(500) if asked < 3 else self.answer(200, body)
                elif kind == "busy": self.answer(429, headers=[("Retry-After", "1")]) if asked < 2 else self.answer(200, body)
                elif kind == "fail": self.answer(503, b"Asha Patel, +44 7700 900123")
                elif kind == "status":
                    self.answer(int(rest), b"no", [("WWW-Authenticate", 'Basic realm="x"')] if rest == "401" else [])
                elif kind == "empty": self.answer(200)
                elif kind == "page": self.answer(200, b"<html>Log in", [("Content-Type", "text/html; charset=utf-8")])
                elif kind == "slow":
                    self.send_response(200); self.end_headers()
                    for byte in body * 100: self.wfile.write(bytes([byte])); self.wfile.flush(); time.sleep(0.1)
                elif kind == "huge":
                    self.send_response(200); self.end_headers()
                    while True: self.wfile.write(body * 1000)
                elif kind == "fhir": self.search(rest, body, port)
                else: self.answer(404)
            def search(self, kind, body, port):
                rows = list(csv.DictReader(io.StringIO(body.decode())))
                page = int(self.path.partition("_page=")[2] or "1")
                if kind == "broken" and page == 2: return self.answer(500)
                bundle = {"resourceType": "Bundle", "type": "searchset", "total": len(rows), "entry": [
                    {"search": {"mode": "match"}, "resource": {
                        "resourceType": "Appointment", "id": row["booking"], "status": row["status"],
                        "start": row["start"].replace(" ", "T") + ":00+01:00",
                        "end": row["end"].replace(" ", "T") + ":00+01:00", "participant": [
                            {"status": "accepted", "actor": {"reference": "Patient/" + row["client.id"]}}]}}
                    for row in rows[page * 4 - 4:page * 4]]}
                if kind == "short": bundle["total"] += 3
                if page * 4 < len(rows): bundle["link"] = [{"relation": "next", "url":
                    "http://127.0.0.1:%d/fhir/%s?_page=%d" % (port, kind, page + 1)}]
                self.answer(200, json.dumps(bundle).encode(), [("Content-Type", "application/fhir+json")])
            def do_PROPFIND(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                kind = "<C:calendar/>" if self.path.startswith("/dav/") else ""
                self.multistatus("<D:response><D:href>/</D:href><D:propstat><D:prop><D:resourcetype><D:collection/>" + kind
                    + "</D:resourcetype></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>")
            def do_REPORT(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with open(here / "requests", "a") as out:
                    out.write(json.dumps({"path": self.path, "host": self.headers["Depth"], "authorization": None}) + "\n")
                asked = sum(json.loads(line)["path"] == self.path for line in open(here / "requests"))
                kind = self.path.split("/")[2]
                rows = list(csv.DictReader(io.StringIO((here / "export.csv").read_text())))
                text = ""
                for number, row in enumerate(rows):
                    start = row["start"].replace("-", "").replace(":", "").replace(" ", "T")
                    data = "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:x", "BEGIN:VEVENT", "UID:" + row["booking"],
                        "DTSTAMP:20260101T000000Z", "DTSTART;TZID=Europe/London:" + start + "00", "STATUS:CONFIRMED",
                        "END:VEVENT", "END:VCALENDAR", ""])
                    isLast, wantsData = number == len(rows) - 1, b"calendar-data" in body
                    if isLast and wantsData and kind == "lacking": continue
                    if isLast and kind == "hollow": data = "BEGIN:VCALENDAR\nEND:VCALENDAR\n"
                    if isLast and kind == "empty": data = " "
                    etag = asked if kind == "changing" and asked < 3 else 1
                    text += "<D:response><D:href>/dav/%s.ics</D:href><D:propstat><D:prop><D:getetag>%d</D:getetag>%s</D:prop>" % (
                        row["booking"], etag, "<C:calendar-data>" + data + "</C:calendar-data>" if wantsData else "")
                    text += "<D:status>HTTP/1.1 %s</D:status></D:propstat></D:response>" % (
                        "403 Forbidden" if kind == "denied" and isLast and wantsData else "200 OK")
                if kind == "full": text += ("<D:response><D:href>/dav/</D:href><D:status>HTTP/1.1 507 Insufficient Storage"
                    "</D:status></D:response>")
                self.multistatus(text, cut=kind == "cut")
            def multistatus(self, text, cut=False):
                text = "<D:multistatus xmlns:D='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav'>" + text + "</D:multistatus>"
                self.answer(207, text.encode()[:-30] if cut else text.encode(), [("Content-Type", "application/xml")])
            def log_message(self, *_): pass
        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            def handle_error(self, *_): pass
        server = Server(("127.0.0.1", 0), Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        (here / "port.new").write_text(str(server.server_port))
        (here / "port.new").rename(here / "port")
        server.serve_forever()
        """#

    /// Starts it with its files in the world's folder; with a certificate that nobody vouches for where it is to be secure.
    init(in world: World, isSecure: Bool = false) throws {
        self.world = world
        try world.write(ScheduleServer.script, to: "server.py")
        if isSecure {
            let made = try world.shell(
                "openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 1 -subj /CN=127.0.0.1 "
                    + "-addext subjectAltName=IP:127.0.0.1")
            try #require(made.status == 0, "\(made.errors)")
        }
        process = try world.start("exec python3 server.py . \(isSecure ? "cert.pem key.pem" : "")")
        let file = world.folder.appending(path: "port")
        while !FileManager.default.fileExists(atPath: file.path) {
            try #require(process.isRunning, "the server did not start")
            usleep(20_000)
        }
        port = try String(contentsOf: file, encoding: .utf8)
        address = "http\(isSecure ? "s" : "")://127.0.0.1:\(port)"
    }

    deinit { try? world.kill([process]) }

    /// What was asked of it so far.
    struct Request: Decodable {
        let path: String
        let host: String
        let authorization: String?
    }

    var requests: [Request] {
        get throws {
            guard let text = try? String(contentsOfFile: world.path("requests"), encoding: .utf8) else { return [] }
            return try text.split(separator: "\n").map { try JSONDecoder().decode(Request.self, from: Data($0.utf8)) }
        }
    }
}
