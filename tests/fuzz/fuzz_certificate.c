/* Any bytes as a certificate, a request, a revocation list and as keys.json: what is taken is as it was given, and no chain holds without a root. */
#include <assert.h>

#include "certs/certs.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	BV_AUTO(bv_certificate_free) struct bv_certificate *certificate = NULL, *again = NULL;
	BV_AUTO(bv_keyring_free) struct bv_keyring *ring = NULL, *back = NULL;
	BV_AUTO(bv_buf_finish) struct bv_buf out = BV_BUF(2 * BV_KEYRING_MAX), pem = BV_BUF(2 * BV_CERTIFICATE_MAX);
	const struct bv_str bytes = { (const char *)p, len };
	struct bv_request request;
	struct bv_err err = { 0 };
	enum bv_status status;

	if (bv_certificate_parse(&certificate, bytes, &err) == BV_OK) {
		const struct bv_certificate_view *view = bv_certificate_view(certificate);
		bv_certificate_write_pem(&pem, view->der);
		status = bv_certificate_parse(&again, bv_buf_str(&pem), &err);
		assert(status == BV_OK && bv_str_eq(bv_certificate_view(again)->der, view->der) && view->public.kind && view->serial.len);
		status = bv_chain_check(certificate, NULL, 0, NULL, 0, NULL, 0, 1795000000, &err);
		assert(status == BV_EDENIED && err.msg[0]);
	} else {
		assert(err.msg[0]);
	}
	if (bv_request_parse(&request, bytes, &err) == BV_OK)
		assert(request.subject.name.len);
	if (bv_crl_to_der(&out, bytes, &err) == BV_OK)
		assert(out.len);
	bv_buf_clear(&out);
	if (bv_keyring_parse(&ring, bytes, &err) == BV_OK) {
		bv_keyring_write(&out, ring);
		status = bv_keyring_parse(&back, bv_buf_str(&out), &err);
		assert(status == BV_OK && back->batch_count == ring->batch_count);
		bv_buf_clear(&out);
		bv_keyring_did_document(&out, ring);
		bv_keyring_jwks(&out, ring);
	}
	return 0;
}
