/* Keys held elsewhere: a library of its own (bv_token), so that what verifies opens no socket and loads no module. The frames are in bv_certs: both ends of the
 * socket need them. */
#ifndef BV_CERTS_TOKEN_H
#define BV_CERTS_TOKEN_H

#include "certs/issuer.h"

/* What bangvang-signer is asked over its socket (SOCK_SEQPACKET), and what it answers: frames of one length, zeros at the end.
 * Request: "BVS1", op, kind, be16 length, be64 number; then the message: what an Ed25519 key signs, or the SHA-256 of what a P-256 key signs.
 * Answer: "BVR1", enum bv_signer_says, kind, be16 length, the number again, be64 signatures that this key may still make, be64 when its window ends;
 * then the signature, the public key, or what is wrong. */
#define BV_SIGNER_FRAME 512
#define BV_SIGNER_MESSAGE_MAX 448
enum bv_signer_op { BV_SIGNER_SIGN = 1, BV_SIGNER_PUBLIC = 2, BV_SIGNER_STOP = 3 };
enum bv_signer_says {
	BV_SIGNER_DONE = 0,
	BV_SIGNER_BAD = 1,     /* no request */
	BV_SIGNER_NO_KEY = 2,  /* of that kind */
	BV_SIGNER_STOPPED = 3, /* by the stop file, or by a request */
	BV_SIGNER_WINDOW = 4,  /* before or after the key's time */
	BV_SIGNER_COUNT = 5,   /* the key has made as many signatures as it may */
	BV_SIGNER_FAULT = 6,   /* its disk failed */
};
struct bv_signer_request {
	enum bv_signer_op op;
	enum bv_key_kind kind;
	uint64_t number;
	struct bv_str message; /* borrowed from the frame */
};
struct bv_signer_answer {
	enum bv_signer_says says;
	enum bv_key_kind kind;
	uint64_t number, left;
	int64_t until_s;
	struct bv_str body; /* borrowed from the frame */
};
/* EPARSE for what is no frame of that kind; nothing is left over. */
BV_API BV_MUST_USE enum bv_status bv_signer_request_parse(struct bv_signer_request *out, struct bv_str frame, struct bv_err *err);
BV_API void bv_signer_request_write(uint8_t frame[BV_SIGNER_FRAME], const struct bv_signer_request *request); /* message and body fit: assert */
BV_API BV_MUST_USE enum bv_status bv_signer_answer_parse(struct bv_signer_answer *out, struct bv_str frame, struct bv_err *err);
BV_API void bv_signer_answer_write(uint8_t frame[BV_SIGNER_FRAME], const struct bv_signer_answer *answer);

/* The key of that kind of the bangvang-signer that listens at a path. An Ed25519 key signs messages of up to BV_SIGNER_MESSAGE_MAX bytes (ELIMIT): proofs,
 * checkpoints, receipts. EIO: nobody answers there; EDENIED: it refuses, err says why. Signing waits for 10 s at most. */
BV_API BV_MUST_USE enum bv_status bv_key_connect(struct bv_key **out, const char *socket, enum bv_key_kind kind, struct bv_err *err);
/* Makes the signer at that path refuse everything from now on. */
BV_API BV_MUST_USE enum bv_status bv_signer_stop(const char *socket, struct bv_err *err);
/* The key of a PKCS #11 token: "pkcs11:token=LABEL;object=LABEL?module-path=FILE&pin-source=FILE" (RFC 7512); id=%XX… in place of object. Ed25519 or P-256. */
BV_API BV_MUST_USE enum bv_status bv_key_open_token(struct bv_key **out, struct bv_str uri, enum bv_key_kind kind, struct bv_err *err);
/* A signer by the name of its key: the file of a private key as bv_signer_load has it (p256 and document NULL); "signer:SOCKET", of which both keys are taken;
 * or "pkcs11:…", with the name of the P-256 key in p256, or NULL. For the latter two, document is the path of did.json. */
BV_API BV_MUST_USE enum bv_status bv_signer_open(struct bv_signer **out, const char *key, const char *p256, const char *document, struct bv_str name,
                                                 struct bv_str url, struct bv_err *err);
/* A key by its name: "signer:SOCKET", "pkcs11:…", or the file of a private key. */
BV_API BV_MUST_USE enum bv_status bv_key_open(struct bv_key **out, const char *name, enum bv_key_kind kind, struct bv_err *err);

#endif
