import Foundation
import Testing

/// A PostgreSQL of the tests' own, in a folder of a world, on no network: Debian's `postgresql`.
final class PostgreSQL {
    private let world: World
    private let process: Process
    /// The folder of its socket, as `psql -h` takes it.
    let folder: String

    /// The folder of PostgreSQL's programs; `nil` where there are none.
    static let programs: String? = {
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        return versions.sorted().reversed().map { "/usr/lib/postgresql/\($0)/bin" }.first {
            FileManager.default.isExecutableFile(atPath: "\($0)/initdb")
        }
    }()

    /// It refuses to run as root, and then runs as nobody.
    private static let asSomebody = getuid() == 0 ? "/usr/sbin/runuser -u nobody -- " : ""

    init(in world: World) throws {
        self.world = world
        folder = world.path("pg")
        let bin = try #require(PostgreSQL.programs)
        let owner = getuid() == 0 ? "chown nobody pg" : "true"
        let made = try world.shell(
            "mkdir -m 700 pg && \(owner) && cd pg && \(PostgreSQL.asSomebody)\(bin)/initdb -D '\(folder)/data' "
                + "-A trust -U postgres -E UTF8 --no-sync")
        try #require(made.status == 0, "\(made.errors)")
        process = try world.start(
            "cd pg && exec \(PostgreSQL.asSomebody)\(bin)/postgres -D '\(folder)/data' -c listen_addresses='' "
                + "-c unix_socket_directories='\(folder)' -c fsync=off 2>/dev/null")
        for _ in 0..<600 {
            if try world.shell("psql -h '\(folder)' -U postgres -c 'SELECT 1'").status == 0 { return }
            usleep(50_000)
        }
        Issue.record("the database did not start")
    }

    deinit {
        if let bin = PostgreSQL.programs {
            _ = try? world.shell("\(PostgreSQL.asSomebody)\(bin)/pg_ctl -D '\(folder)/data' -m immediate stop")
        }
        try? world.kill([process])
    }

    /// Runs statements, as the application's desk or somebody behind it would.
    func run(_ sql: String) throws {
        let outcome = try world.run(
            "/usr/bin/psql", ["-h", folder, "-U", "postgres", "-v", "ON_ERROR_STOP=1", "-c", sql])
        try #require(outcome.status == 0, "\(outcome.errors)")
    }
}
