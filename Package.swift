// swift-tools-version: 6.2
import Foundation
import PackageDescription

// Warnings are errors only where the environment says CI: a newer compiler's
// new warning must not stop a newcomer's first build.
let strict = ProcessInfo.processInfo.environment["CI"] != nil

let settings: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ] + (strict ? [.unsafeFlags(["-warnings-as-errors"])] : [])

// The fuzzer's program is built only by `.ci/fuzz`: it has libFuzzer's main, not one of its own.
let fuzzer: [Target] =
    ProcessInfo.processInfo.environment["DAYBOOK_FUZZ"] == nil
    ? []
    : [
        .executableTarget(
            name: "daybook-fuzz", dependencies: ["Fuzzing"], path: "Tests/Fuzzing/Driver",
            swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])])
    ]

let package = Package(
    name: "daybook",
    products: [
        .executable(name: "daybook", targets: ["daybook"]),
        .executable(name: "daybook-verify", targets: ["daybook-verify"]),
        .executable(name: "daybook-bench", targets: ["daybook-bench"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    ],
    targets: [
        .systemLibrary(name: "COpenSSL", providers: [.apt(["libssl-dev"])]),
        .target(name: "Transparency", dependencies: ["COpenSSL"], swiftSettings: settings),
        .target(name: "Bookings", dependencies: ["Transparency"], swiftSettings: settings),
        .target(name: "Evidence", dependencies: ["Bookings", "Transparency"], swiftSettings: settings),
        .target(name: "Auditing", dependencies: ["Bookings", "Evidence", "Transparency"], swiftSettings: settings),
        .target(
            name: "LedgerStore",
            dependencies: [
                "Bookings", "Evidence", "Transparency",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "Schedules",
            dependencies: [
                "Bookings", "Transparency",
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
                .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "Console",
            dependencies: [
                "Auditing", "Bookings", "Evidence", "Transparency",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "daybook-verify",
            dependencies: ["Console", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "daybook",
            dependencies: [
                "Auditing", "Bookings", "Console", "Evidence", "LedgerStore", "Schedules", "Transparency",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "daybook-bench",
            dependencies: [
                "Bookings", "COpenSSL", "LedgerStore", "Schedules", "Transparency",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: settings
        ),
        .target(
            name: "TestSupport", dependencies: ["Bookings", "Transparency"], path: "Tests/TestSupport",
            swiftSettings: settings),
        .testTarget(name: "TransparencyTests", dependencies: ["Transparency", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "BookingsTests", dependencies: ["Bookings", "Transparency", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "AuditingTests", dependencies: ["Auditing", "Bookings", "Transparency", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "EvidenceTests",
            dependencies: ["Evidence", "Auditing", "Bookings", "Transparency", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "LedgerStoreTests",
            dependencies: [
                "Auditing", "Evidence", "LedgerStore", "Bookings", "Transparency", "TestSupport",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: settings
        ),
        .testTarget(
            name: "SchedulesTests", dependencies: ["Schedules", "Bookings", "Transparency", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "daybook", "Auditing", "Bookings", "LedgerStore", "Schedules", "Transparency", "TestSupport",
            ],
            swiftSettings: settings),
        .target(
            name: "Fuzzing", dependencies: ["Bookings", "Schedules", "Transparency"], path: "Tests/Fuzzing/Targets",
            swiftSettings: settings),
        .testTarget(
            name: "FuzzingTests", dependencies: ["Fuzzing", "TestSupport"], path: "Tests/Fuzzing/Replay",
            swiftSettings: settings),
    ] + fuzzer
)
