/* /about: whose signatures are trusted here, the head of the public log and who vouches for it, and how anybody verifies without this server; the page
 * that does it in the browser. */
#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "tools/httpd/edge.h"
#include "tools/httpd/finding.h"
#include "tools/httpd/handlers.h"
#include "tools/httpd/html.h"
#include "tools/httpd/offline.h"
#include "tools/httpd/server.h"

static const struct html_page page = { .name = "about", .title = "public.aboutTitle", .path = "/about" };

struct listing {
	struct bv_buf *out;
	enum language language;
};

static void
write_head(const struct listing *l, const char *const *keys)
{
	bv_buf_addz(l->out, "<div class=\"scrolls\" tabindex=\"0\" role=\"region\" aria-label=\"");
	html_words(l->out, l->language, keys[0], NULL);
	bv_buf_addz(l->out, "\"><table><thead><tr>");
	for (keys++; *keys; keys++)
		html_element(l->out, l->language, "th", NULL, *keys);
	bv_buf_addz(l->out, "</tr></thead><tbody>\n");
}

/* ---- Issuers ---- */

static void
write_key(void *ctx, const struct bv_trusted_key *key)
{
	struct listing *l = ctx;
	char multikey[BV_MULTIKEY_SIZE], day[FINDING_TIME_SIZE];

	bv_buf_addz(l->out, "<tr><td class=\"code\">");
	html_text(l->out, key->did);
	bv_buf_printf(l->out, "</td><td class=\"code\">%s</td><td>%s</td><td>", bv_multikey_write_of(multikey, key->public),
	              key->public->kind == BV_KEY_ED25519 ? "Ed25519" : key->public->kind == BV_KEY_P256 ? "P-256" : "P-384");
	if (key->revoked_s == INT64_MAX)
		html_words(l->out, l->language, key->authority ? "public.keyAuthority" : "public.keyInUse", NULL);
	else
		html_words(l->out, l->language, "public.keyWithdrawn", (struct words_value[]){ { "day", bv_str_of(finding_day(day, key->revoked_s)) }, { 0 } });
	bv_buf_addz(l->out, "</td></tr>\n");
}

static void
write_issuers(struct exchange *x)
{
	static const char *const heads[] = { "public.keysTitle", "public.keyIssuer", "public.keyItself", "public.keyKind", "public.keyState", NULL };
	struct listing l = { &x->answer.body, x->language };

	html_element(l.out, l.language, "h2", NULL, "public.keysTitle");
	if (!bv_trust_count(x->server->trust)) {
		html_element(l.out, l.language, "p", "notice", "public.keysNone");
		return;
	}
	html_element(l.out, l.language, "p", NULL, "public.keysText");
	write_head(&l, heads);
	bv_trust_each(x->server->trust, write_key, &l);
	bv_buf_addz(l.out, "</tbody></table></div>\n");
}

/* ---- The log ---- */

static void
write_vouching(void *ctx, const struct bv_policy_key *key, bool witness, int64_t signed_s)
{
	struct listing *l = ctx;
	BV_AUTO(bv_buf_finish) struct bv_buf vkey = BV_BUF(1024);
	char moment[FINDING_TIME_SIZE];

	bv_vkey_write(&vkey, &key->vkey);
	bv_buf_addz(l->out, "<tr><td>");
	html_words(l->out, l->language, witness ? "public.witness" : "public.logItself", NULL);
	bv_buf_addz(l->out, "</td><td class=\"code\">");
	html_text(l->out, bv_buf_str(&vkey));
	bv_buf_addz(l->out, "</td><td>");
	if (signed_s)
		html_text(l->out, bv_str_of(finding_moment(moment, signed_s)));
	else
		html_words(l->out, l->language, witness ? "public.notSigned" : "public.signs", NULL);
	bv_buf_addz(l->out, "</td></tr>\n");
}

static void
write_pair(const struct listing *l, const char *key, struct bv_str value)
{
	bv_buf_addz(l->out, "<tr><th scope=\"row\">");
	html_words(l->out, l->language, key, NULL);
	bv_buf_addz(l->out, "</th><td class=\"code\">");
	html_text(l->out, value);
	bv_buf_addz(l->out, "</td></tr>\n");
}

static void
write_checkpoint(const struct listing *l, struct bv_str note)
{
	char size[24], root[BV_HEX_SIZE(BV_HASH_LEN)];
	struct bv_checkpoint c;
	struct bv_err ignored;

	if (bv_checkpoint_parse(&c, note, &ignored) != BV_OK)
		return;
	snprintf(size, sizeof size, "%" PRIu64, c.size);
	bv_hex(root, c.root.p, sizeof c.root.p);
	bv_buf_addz(l->out, "<table class=\"facts\"><tbody>\n");
	write_pair(l, "public.logOrigin", c.origin);
	write_pair(l, "public.logSize", bv_str_of(size));
	write_pair(l, "public.logRoot", bv_str_of(root));
	bv_buf_addz(l->out, "</tbody></table>\n");
}

static void
write_log(struct exchange *x)
{
	static const char *const heads[] = { "public.logTitle", "public.vouchWho", "public.keyItself", "public.vouchWhen", NULL };
	BV_AUTO(bv_buf_finish) struct bv_buf note = BV_BUF(BV_CHECKPOINT_MAX), rows = BV_BUF(256 << 10);
	struct listing l = { &rows, x->language }, head = { &x->answer.body, x->language };
	struct bv_policy_finding found;
	bool policy = false;
	struct bv_err err;

	html_element(head.out, l.language, "h2", NULL, "public.logTitle");
	html_element(head.out, l.language, "p", NULL, "public.logText");
	enum bv_status status = records_head(&note, &found, &policy, x->server->records, write_vouching, &l, &err);
	if (status == BV_ENOTFOUND) {
		html_element(head.out, l.language, "p", "notice", "public.logNone");
		return;
	}
	write_checkpoint(&head, bv_buf_str(&note));
	if (!policy) {
		html_element(head.out, l.language, "p", "notice warn", "public.logNoPolicy");
		return;
	}
	html_element(head.out, l.language, "p", status == BV_OK ? "notice good" : "notice bad", status == BV_OK ? "public.logGood" : "public.logBad");
	write_head(&head, heads);
	bv_buf_add(head.out, bv_buf_str(&rows));
	bv_buf_addz(head.out, "</tbody></table></div>\n");
}

void
on_about(struct exchange *x, struct bv_sql *sql)
{
	struct bv_buf *out = &x->answer.body;

	(void)sql;
	html_language(x);
	html_begin(out, x->language, &page);
	html_element(out, x->language, "h1", NULL, "public.aboutTitle");
	write_issuers(x);
	write_log(x);
	html_element(out, x->language, "h2", NULL, "public.yourselfTitle");
	html_element(out, x->language, "p", NULL, "public.yourselfText");
	bv_buf_printf(out, "<ul>\n<li><a href=\"/offline/index.html\">%s</a></li>\n", words_text(x->language, "public.offlineLink"));
	html_element(out, x->language, "li", NULL, "public.yourselfProgram");
	html_element(out, x->language, "li", NULL, "public.yourselfOthers");
	bv_buf_printf(out, "</ul>\n<p><a href=\"/verify\">%s</a></p>\n", words_text(x->language, "public.title"));
	html_end(out, x->language, &page);
	x->answer.status = 200;
	html_answer(x, "no-cache");
}

void
on_offline(struct exchange *x, struct bv_sql *sql)
{
	(void)sql;
	offline_answer(x, bv_str_sub(x->path, strlen("/offline/"), x->path.len));
}
