/* TLS of links: the only file here that sees OpenSSL. */
#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>

#include "base/mem.h"
#include "tools/load/link.h"

struct tls {
	SSL_CTX *context;
	char name[256];
	bool insecure;
};

/* SSL and session_tls are one. */
static SSL *
ssl_of(struct session_tls *session)
{
	return (SSL *)session;
}

static enum bv_status
fault(struct bv_err *err, const char *what)
{
	char text[160] = "no reason given";
	unsigned long code = ERR_get_error();

	if (code)
		ERR_error_string_n(code, text, sizeof text);
	return bv_err_set(err, BV_EIO, "%s: %s", what, text);
}

enum bv_status
tls_new(struct tls **out, const char *host, const char *ca_file, bool insecure, struct bv_err *err)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	struct bv_str name = bv_str_sub(bv_str_of(host), 0, host[0] == '[' ? bv_str_find(bv_str_of(host), ']') : bv_str_find(bv_str_of(host), ':'));

	if (!context)
		return fault(err, "TLS");
	SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
	SSL_CTX_set_verify(context, insecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, NULL);
	if (!insecure && (ca_file ? SSL_CTX_load_verify_locations(context, ca_file, NULL) : SSL_CTX_set_default_verify_paths(context)) != 1) {
		SSL_CTX_free(context);
		return fault(err, ca_file ? ca_file : "certificates of the system");
	}
	struct tls *tls = bv_alloc(sizeof *tls);
	*tls = (struct tls){ .context = context, .insecure = insecure };
	if (bv_str_starts(name, BV_STR("[")))
		name = bv_str_sub(name, 1, name.len);
	memcpy(tls->name, name.p, name.len);
	*out = tls;
	return BV_OK;
}

void
tls_free(struct tls *tls)
{
	if (tls)
		SSL_CTX_free(tls->context);
	free(tls);
}

struct session_tls *
tls_session(struct tls *tls, int fd)
{
	SSL *ssl = SSL_new(tls->context);

	if (!ssl || SSL_set_fd(ssl, fd) != 1)
		abort(); /* out of memory */
	SSL_set_tlsext_host_name(ssl, tls->name);
	/* A name, or an address, that the certificate must have. */
	if (!tls->insecure && X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), tls->name) != 1)
		SSL_set1_host(ssl, tls->name);
	SSL_set_connect_state(ssl);
	return (struct session_tls *)ssl;
}

static enum link_state
state_of(SSL *ssl, int result)
{
	int reason = SSL_get_error(ssl, result);

	ERR_clear_error();
	switch (reason) {
	case SSL_ERROR_WANT_READ:
		return LINK_WANTS_READ;
	case SSL_ERROR_WANT_WRITE:
		return LINK_WANTS_WRITE;
	case SSL_ERROR_ZERO_RETURN:
		return LINK_CLOSED;
	default:
		return LINK_FAILED;
	}
}

enum link_state
tls_open(struct session_tls *session)
{
	int result = SSL_do_handshake(ssl_of(session));

	return result == 1 ? LINK_DONE : state_of(ssl_of(session), result);
}

enum link_state
tls_write(size_t *len, struct session_tls *session, struct bv_str bytes)
{
	int result = SSL_write_ex(ssl_of(session), bytes.p, bytes.len, len);

	return result == 1 ? LINK_DONE : state_of(ssl_of(session), result);
}

enum link_state
tls_read(size_t *len, struct session_tls *session, char *into, size_t room)
{
	int result = SSL_read_ex(ssl_of(session), into, room, len);

	return result == 1 ? LINK_DONE : state_of(ssl_of(session), result);
}

void
tls_session_free(struct session_tls *session)
{
	SSL_free(ssl_of(session));
}
