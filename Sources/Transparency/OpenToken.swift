import COpenSSL

/// A time-stamp as libcrypto holds it. All that is done with its pointers is done in this file; each is freed where it was
/// made, and sizes are bounded before libcrypto sees a byte.
struct OpenToken: ~Copyable {
    private let message: UnsafeMutablePointer<PKCS7>
    private let info: OpaquePointer
    private let signer: UnsafeMutablePointer<PKCS7_SIGNER_INFO>
    /// What it says.
    let content: TimestampToken

    /// Reads DER in its one spelling, with nothing after it.
    init(der: [UInt8]) throws(TimestampError) {
        defer { ERR_clear_error() }
        guard der.count <= TimestampToken.largest else { throw .malformed }
        let read = der.withUnsafeBufferPointer { bytes -> UnsafeMutablePointer<PKCS7>? in
            var place = bytes.baseAddress
            return d2i_PKCS7(nil, &place, bytes.count)
        }
        guard let message = read else { throw .malformed }
        // What is not the one spelling of what was read could be another's bytes, read alike.
        guard OpenToken.spelling(of: message) == der, let signer = daybook_token_signer(message),
            daybook_token_certificate_count(message) <= OpenToken.mostCertificates,
            let info = PKCS7_to_TS_TST_INFO(message)
        else {
            PKCS7_free(message)
            throw .malformed
        }
        guard let content = OpenToken.content(of: info, der: der) else {
            TS_TST_INFO_free(info)
            PKCS7_free(message)
            throw .malformed
        }
        self.message = message
        self.info = info
        self.signer = signer
        self.content = content
    }

    deinit {
        TS_TST_INFO_free(info)
        PKCS7_free(message)
    }

    /// The most certificates that a token carries.
    private static let mostCertificates = 16

    /// The token in an authority's answer, in DER.
    static func granted(in response: [UInt8]) throws(TimestampError) -> [UInt8] {
        defer { ERR_clear_error() }
        guard response.count <= TimestampToken.largest else { throw .malformed }
        let read = response.withUnsafeBufferPointer { bytes -> OpaquePointer? in
            var place = bytes.baseAddress
            guard let answer = d2i_TS_RESP(nil, &place, bytes.count) else { return nil }
            guard place == bytes.baseAddress.map({ $0 + bytes.count }) else {
                TS_RESP_free(answer)
                return nil
            }
            return answer
        }
        guard let answer = read else { throw .malformed }
        defer { TS_RESP_free(answer) }
        let status = TS_RESP_get_status_info(answer)
        let number = ASN1_INTEGER_get(TS_STATUS_INFO_get0_status(status))
        guard number == TS_STATUS_GRANTED || number == TS_STATUS_GRANTED_WITH_MODS else {
            throw .notGranted(words { TS_STATUS_INFO_print_bio($0, status) == 1 })
        }
        guard let token = TS_RESP_get_token(answer), let der = spelling(of: token) else { throw .malformed }
        return der
    }

    private static func spelling(of message: UnsafeMutablePointer<PKCS7>) -> [UInt8]? {
        let count = i2d_PKCS7(message, nil)
        guard count > 0, count <= TimestampToken.largest else { return nil }
        var der = [UInt8](repeating: 0, count: Int(count))
        let written = der.withUnsafeMutableBufferPointer { bytes -> Int32 in
            var place = bytes.baseAddress
            return i2d_PKCS7(message, &place)
        }
        return written == count ? der : nil
    }

    /// What is in `TSTInfo`; `nil` where it is of another version, digest or form.
    private static func content(of info: OpaquePointer, der: [UInt8]) -> TimestampToken? {
        guard TS_TST_INFO_get_version(info) == 1, TS_TST_INFO_get_ext_by_critical(info, 1, -1) < 0,
            let stamped = TS_TST_INFO_get_msg_imprint(info), let algorithm = TS_MSG_IMPRINT_get_algo(stamped),
            OBJ_obj2nid(algorithm.pointee.algorithm) == NID_sha256, daybook_algorithm_is_plain(algorithm) == 1,
            let imprint = Hash(bytes: bytes(TS_MSG_IMPRINT_get_msg(stamped))),
            let time = TS_TST_INFO_get_time(info),
            let microseconds = TimestampToken.microseconds(genTime: bytes(UnsafeMutablePointer(mutating: time)))
        else { return nil }
        var accuracy: Int64 = 0
        if let stated = TS_TST_INFO_get_accuracy(info) {
            let parts = [
                (TS_ACCURACY_get_seconds(stated), 1_000_000, 86_400), (TS_ACCURACY_get_millis(stated), 1000, 999),
                (TS_ACCURACY_get_micros(stated), 1, 999),
            ]
            for (number, unit, most) in parts {
                guard let number else { continue }
                var value: Int64 = 0
                guard ASN1_INTEGER_get_int64(&value, number) == 1, (0...Int64(most)).contains(value) else { return nil }
                accuracy += value * Int64(unit)
            }
        }
        let nonce = TS_TST_INFO_get_nonce(info).map { bytes(UnsafeMutablePointer(mutating: $0)) }
        return TimestampToken(
            der: der, imprint: imprint, nonce: nonce, microseconds: microseconds, accuracy: accuracy)
    }

    private static func bytes(_ string: UnsafeMutablePointer<ASN1_STRING>?) -> [UInt8] {
        guard let string, let start = ASN1_STRING_get0_data(string) else { return [] }
        return Array(UnsafeBufferPointer(start: start, count: Int(max(0, ASN1_STRING_length(string)))))
    }

    /// The name of the authority, once chain, purpose, names and signature hold.
    func authority(under store: borrowing RootStore, at microseconds: Int64) throws(TimestampError) -> String {
        defer { ERR_clear_error() }
        guard let certificate = daybook_token_certificate(message),
            OpenToken.strong.contains(daybook_token_digest(message, signer, certificate))
        else { throw .badSignature }
        // Cut towards the past, as a certificate's validity is written in whole seconds.
        let seconds = microseconds >= 0 ? microseconds / 1_000_000 : (microseconds - 999_999) / 1_000_000
        X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store.store), time_t(seconds))
        switch daybook_chain_verdict(store.store, certificate, message) {
        case X509_V_OK: break
        case X509_V_ERR_INVALID_PURPOSE: throw .wrongPurpose
        case X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID: throw .notValidThen
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            throw .unknownRoot
        case let verdict: throw .brokenChain(String(cString: X509_verify_cert_error_string(Int(verdict))))
        }
        guard let context = TS_VERIFY_CTX_new() else { preconditionFailure("libcrypto is out of memory") }
        defer { TS_VERIFY_CTX_free(context) }
        TS_VERIFY_CTX_set_flags(context, Int32(TS_VFY_SIGNATURE | TS_VFY_VERSION | TS_VFY_SIGNER))
        // The context frees the store that it is given: it gets a share of this one.
        X509_STORE_up_ref(store.store)
        TS_VERIFY_CTX_set_store(context, store.store)
        guard TS_RESP_verify_token(context, message) == 1 else { throw .badSignature }
        let name = X509_get_subject_name(certificate)
        return OpenToken.words { daybook_print_name($0, name) == 1 }
    }

    /// The digests with which a signature is believed.
    private static let strong = [NID_sha256, NID_sha384, NID_sha512, NID_sha3_256, NID_sha3_384, NID_sha3_512]

    /// The first KiB of what is printed, on one line.
    private static func words(_ fill: (OpaquePointer) -> Bool) -> String {
        guard let sink = BIO_new(BIO_s_mem()) else { preconditionFailure("libcrypto is out of memory") }
        defer { BIO_free(sink) }
        guard fill(sink) else { return "" }
        var buffer = [UInt8](repeating: 0, count: 1024)
        let count = BIO_read(sink, &buffer, Int32(buffer.count))
        let text = String(decoding: buffer.prefix(Int(max(0, count))), as: UTF8.self)
        return text.split(whereSeparator: { $0.isWhitespace || $0.isNewline }).joined(separator: " ")
    }
}

/// Roots as libcrypto looks them up.
struct RootStore: ~Copyable {
    fileprivate let store: OpaquePointer

    init(_ certificates: [[UInt8]]) {
        guard let store = X509_STORE_new() else { preconditionFailure("libcrypto is out of memory") }
        for der in certificates {
            der.withUnsafeBufferPointer { bytes in
                var place = bytes.baseAddress
                guard let certificate = d2i_X509(nil, &place, bytes.count) else { return }
                X509_STORE_add_cert(store, certificate)
                X509_free(certificate)
            }
        }
        // 112 bits: neither RSA with 1024 bits nor SHA-1 under any certificate.
        X509_VERIFY_PARAM_set_auth_level(X509_STORE_get0_param(store), 2)
        ERR_clear_error()
        self.store = store
    }

    deinit {
        X509_STORE_free(store)
    }

    /// Each certificate of PEM, in DER.
    static func certificates(pem: [UInt8]) throws(TimestampError) -> [[UInt8]] {
        defer { ERR_clear_error() }
        guard pem.count <= TimestampRoots.largest else { throw .badRoots }
        let found = pem.withUnsafeBytes { bytes -> [[UInt8]]? in
            guard let source = BIO_new_mem_buf(bytes.baseAddress, Int32(bytes.count)) else { return nil }
            defer { BIO_free(source) }
            var found: [[UInt8]] = []
            while let certificate = PEM_read_bio_X509(source, nil, { _, _, _, _ in -1 }, nil) {
                defer { X509_free(certificate) }
                let count = i2d_X509(certificate, nil)
                guard count > 0 else { return nil }
                var der = [UInt8](repeating: 0, count: Int(count))
                der.withUnsafeMutableBufferPointer { bytes in
                    var place = bytes.baseAddress
                    _ = i2d_X509(certificate, &place)
                }
                found.append(der)
            }
            // The end is reached where no line starts another block; a block that cannot be read is another reason.
            let reason = Int32(truncatingIfNeeded: ERR_peek_last_error() & 0x7fffff)
            return reason == PEM_R_NO_START_LINE ? found : nil
        }
        guard let found, !found.isEmpty else { throw .badRoots }
        return found
    }
}
