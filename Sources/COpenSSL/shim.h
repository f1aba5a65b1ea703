// libcrypto as Daybook uses it: SHA-256, HMAC, Ed25519, PEM and time-stamps (RFC 3161).
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>
#include <openssl/rand.h>
#include <openssl/ts.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

// What libcrypto offers as macros or through its typed stacks, which Swift cannot call.

// The only signer of signed data of version 3 with an encapsulated content, or NULL. It stays the token's.
static inline PKCS7_SIGNER_INFO *daybook_token_signer(PKCS7 *token)
{
    if (!PKCS7_type_is_signed(token) || token->d.sign == NULL || PKCS7_get_detached(token)) return NULL;
    if (ASN1_INTEGER_get(token->d.sign->version) != 3) return NULL;
    STACK_OF(PKCS7_SIGNER_INFO) *all = PKCS7_get_signer_info(token);
    return all != NULL && sk_PKCS7_SIGNER_INFO_num(all) == 1 ? sk_PKCS7_SIGNER_INFO_value(all, 0) : NULL;
}

// 1 where an algorithm has the parameters that RFC 5754 allows: none, or NULL.
static inline int daybook_algorithm_is_plain(const X509_ALGOR *algorithm)
{
    int type = V_ASN1_UNDEF;
    X509_ALGOR_get0(NULL, &type, NULL, algorithm);
    return type == V_ASN1_UNDEF || type == V_ASN1_NULL;
}

// The certificate inside the token that made its only signature, or NULL. It stays the token's.
static inline X509 *daybook_token_certificate(PKCS7 *token)
{
    STACK_OF(X509) *signers = PKCS7_get0_signers(token, NULL, 0);
    X509 *only = signers != NULL && sk_X509_num(signers) == 1 ? sk_X509_value(signers, 0) : NULL;
    sk_X509_free(signers);
    return only;
}

// The digest of the only signature, by libcrypto's number for it. NID_undef where what stands around the signature, and
// is not signed itself, is not what goes with it: the digest announced, the version, the name, the kind of signature.
static inline int daybook_token_digest(PKCS7 *token, PKCS7_SIGNER_INFO *signer, X509 *certificate)
{
    STACK_OF(X509_ALGOR) *announced = token->d.sign->md_algs;
    if (announced == NULL || sk_X509_ALGOR_num(announced) != 1) return NID_undef;
    X509_ALGOR *only = sk_X509_ALGOR_value(announced, 0);
    int digest = OBJ_obj2nid(signer->digest_alg->algorithm);
    if (OBJ_obj2nid(only->algorithm) != digest || !daybook_algorithm_is_plain(only)
        || !daybook_algorithm_is_plain(signer->digest_alg) || !daybook_algorithm_is_plain(signer->digest_enc_alg)
        || ASN1_INTEGER_get(signer->version) != 1) {
        return NID_undef;
    }
    const unsigned char *named = NULL, *own = NULL;
    size_t named_length = 0, own_length = 0;
    if (!X509_NAME_get0_der(signer->issuer_and_serial->issuer, &named, &named_length)
        || !X509_NAME_get0_der(X509_get_issuer_name(certificate), &own, &own_length) || named_length != own_length
        || CRYPTO_memcmp(named, own, own_length) != 0) {
        return NID_undef;
    }
    EVP_PKEY *key = X509_get0_pubkey(certificate);
    int kind = OBJ_obj2nid(signer->digest_enc_alg->algorithm), with = NID_undef, by = kind;
    if (key == NULL) return NID_undef;
    if (OBJ_find_sigid_algs(kind, &with, &by) && with != digest) return NID_undef;
    return by == EVP_PKEY_get_base_id(key) ? digest : NID_undef;
}

// How many certificates the token carries.
static inline int daybook_token_certificate_count(PKCS7 *token)
{
    return token->d.sign->cert == NULL ? 0 : sk_X509_num(token->d.sign->cert);
}

// Why the certificate does not lead to one of the store's for time-stamping; X509_V_OK where it does.
static inline int daybook_chain_verdict(X509_STORE *store, X509 *certificate, PKCS7 *token)
{
    int verdict = X509_V_ERR_OUT_OF_MEM;
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    if (context == NULL) return verdict;
    if (X509_STORE_CTX_init(context, store, certificate, token->d.sign->cert) == 1
        && X509_STORE_CTX_set_purpose(context, X509_PURPOSE_TIMESTAMP_SIGN) == 1) {
        int holds = X509_verify_cert(context) == 1;
        verdict = X509_STORE_CTX_get_error(context);
        if (!holds && verdict == X509_V_OK) verdict = X509_V_ERR_UNSPECIFIED;
    }
    X509_STORE_CTX_free(context);
    return verdict;
}

// Prints a name as RFC 2253 has it, but with letters beyond ASCII as they are; 1 where that was done.
static inline int daybook_print_name(BIO *sink, const X509_NAME *name)
{
    return X509_NAME_print_ex(sink, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) >= 0;
}
