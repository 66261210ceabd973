#include "base/http.h"

#include <curl/curl.h>

static size_t
take(char *bytes, size_t size, size_t count, void *ctx)
{
	struct bv_buf *out = ctx;

	bv_buf_add(out, (struct bv_str){ bytes, size * count });
	return out->full ? CURL_WRITEFUNC_ERROR : size * count;
}

static enum bv_status
perform(int *http_status, struct bv_buf *out, CURL *curl, const char *url, int wait_ms, struct bv_err *err)
{
	char why[CURL_ERROR_SIZE] = "";
	long status = 0;

	if (curl_easy_setopt(curl, CURLOPT_URL, url) != CURLE_OK || curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https") != CURLE_OK ||
	    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take) != CURLE_OK || curl_easy_setopt(curl, CURLOPT_WRITEDATA, out) != CURLE_OK ||
	    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)wait_ms) != CURLE_OK || curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) != CURLE_OK ||
	    curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "gzip") != CURLE_OK || curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why) != CURLE_OK ||
	    curl_easy_setopt(curl, CURLOPT_USERAGENT, "bangvang/" BV_VERSION) != CURLE_OK)
		return bv_err_set(err, BV_EIO, "%s: this libcurl lacks what is needed of it", url);
	CURLcode code = curl_easy_perform(curl);
	curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, NULL);
	if (out->full)
		return bv_err_set(err, BV_ELIMIT, "%s: the answer is larger than %zu bytes", url, out->max);
	if (code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_URL_MALFORMAT)
		return bv_err_set(err, BV_EINVAL, "%s: not an address that begins with http:// or https://", url);
	if (code != CURLE_OK)
		return bv_err_set(err, BV_EIO, "%s: %s", url, *why ? why : curl_easy_strerror(code));
	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
	*http_status = (int)status;
	bv_buf_add(out, BV_STR_NONE); /* no body is an empty string, not NULL */
	return BV_OK;
}

static enum bv_status
ask(int *http_status, struct bv_buf *out, const char *url, struct curl_slist *headers, const struct bv_str *body, int wait_ms, struct bv_err *err)
{
	CURL *curl = curl_easy_init();
	enum bv_status status;

	bv_buf_clear(out);
	if (!curl)
		return bv_err_set(err, BV_EIO, "%s: libcurl cannot be started", url);
	if (body && (curl_easy_setopt(curl, CURLOPT_POST, 1L) != CURLE_OK || curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body->len ? body->p : "") != CURLE_OK ||
	             curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)body->len) != CURLE_OK || curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers) != CURLE_OK))
		status = bv_err_set(err, BV_EIO, "%s: this libcurl lacks what is needed of it", url);
	else
		status = perform(http_status, out, curl, url, wait_ms, err);
	curl_easy_cleanup(curl);
	return status;
}

enum bv_status
bv_http_get(int *http_status, struct bv_buf *out, const char *url, int wait_ms, struct bv_err *err)
{
	return ask(http_status, out, url, NULL, NULL, wait_ms, err);
}

enum bv_status
bv_http_post(int *http_status, struct bv_buf *out, const char *url, const char *content_type, struct bv_str body, int wait_ms, struct bv_err *err)
{
	BV_AUTO(bv_buf_finish) struct bv_buf type = BV_BUF(200);
	struct curl_slist *headers = NULL;

	bv_buf_printf(&type, "Content-Type: %s", content_type);
	TRY(bv_buf_check(&type, err));
	headers = curl_slist_append(NULL, type.p);
	enum bv_status status = headers ? ask(http_status, out, url, headers, &body, wait_ms, err) : bv_err_set(err, BV_EIO, "%s: libcurl has no memory", url);
	curl_slist_free_all(headers);
	return status;
}
