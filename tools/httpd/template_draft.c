/* The template of a certificate's page as a document of the office: what drawing it shows, and that no two approved versions are called alike. */
#include "base/json.h"
#include "base/text.h"
#include "tools/httpd/draft.h"
#include "tools/httpd/schema.h"
#include "tools/httpd/template_look.h"

enum { VERSIONS_MAX = 1000, VERSION_MAX = 32 };

/* Which approved version has the template's own number already, and says something else. */
struct numbering {
	struct bv_str version;
	uint8_t hash[BV_HASH_LEN];
	int64_t list[VERSIONS_MAX];
	size_t count;
	int64_t taken; /* 0: none */
};

static void
note_approved(void *ctx, const struct document *document)
{
	struct numbering *n = ctx;

	if (document->approver.len && !bv_hash_eq(document->hash, n->hash) && n->count < VERSIONS_MAX)
		n->list[n->count++] = document->version;
}

static void
compare_number(void *ctx, const struct document *document)
{
	struct numbering *n = ctx;
	BV_AUTO(bv_page_template_free) struct bv_page_template *tmpl = NULL;
	struct bv_err ignored;

	if (bv_page_template_parse(&tmpl, document->text, &ignored) == BV_OK && bv_str_eq(bv_page_template_name(tmpl).version, n->version))
		n->taken = document->version;
}

/* A certificate names the template that it was drawn after: two that are called alike would be told apart by their hashes alone. */
static enum bv_status
find_number(int64_t *taken, struct bv_sql *sql, const struct bv_page_template_name *name, struct bv_err *err)
{
	struct numbering n = { .version = name->version };

	memcpy(n.hash, name->hash, sizeof n.hash);
	TRY(document_versions(sql, BV_STR("template"), name->identifier, note_approved, &n, err));
	for (size_t i = 0; i < n.count && !n.taken; i++)
		TRY(document_read(sql, BV_STR("template"), name->identifier, n.list[i], compare_number, &n, err));
	*taken = n.taken;
	return BV_OK;
}

/* Its name is part of addresses, its version of names of files. */
static bool
names_good(struct draft *draft, const struct bv_page_template_name *name)
{
	static const struct schema identifier = { NULL, SCHEMA_STRING, 1, DOCUMENT_NAME_MAX, .format = FORMAT_ID }, version = { NULL, SCHEMA_STRING, 1, VERSION_MAX, .format = FORMAT_ID };
	struct schema_fault ignored;

	if (!schema_check_str(&identifier, name->identifier, &ignored))
		bv_err_at(&draft->fault, BV_EINVAL, 1, "'identifier' has letters, digits and . _ ~ - only, at most %d of them", DOCUMENT_NAME_MAX);
	else if (!schema_check_str(&version, name->version, &ignored))
		bv_err_at(&draft->fault, BV_EINVAL, 1, "'version' has letters, digits and . _ ~ - only, at most %d of them", VERSION_MAX);
	else
		return true;
	return false;
}

/* What drawing it has shown, or why it could not be drawn. */
static void
write_template(struct draft *draft, const struct bv_page_template *tmpl, int64_t taken)
{
	struct bv_page_template_name name = bv_page_template_name(tmpl);
	struct bv_json_pen pen = { .out = &draft->said };
	BV_AUTO(bv_buf_finish) struct bv_buf checked = BV_BUF(TEMPLATE_ANSWER_MAX);
	struct bv_err fault;

	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_str(&pen, "identifier", name.identifier);
	bv_json_pen_str(&pen, "version", name.version);
	if (taken)
		bv_json_pen_int(&pen, "numberOf", taken);
	if (template_check(&checked, &draft->ready, tmpl, draft->text, &fault) == BV_OK) {
		bv_json_pen_name(&pen, BV_STR("drawn"));
		bv_buf_add(&draft->said, bv_buf_str(&checked));
		pen.named = false;
		pen.more = true;
	} else {
		BV_AUTO(bv_json_free) struct bv_json *text = bv_json_new_text(bv_str_of(fault.msg));
		bv_json_pen_int(&pen, "notDrawnLine", fault.line);
		bv_json_pen_name(&pen, BV_STR("notDrawn"));
		bv_json_write(&draft->said, text);
		pen.named = false;
		pen.more = true;
	}
	bv_json_pen_close(&pen, '}');
	draft->ready = draft->ready && !taken;
}

enum bv_status
draft_look_template(struct draft *draft, struct bv_sql *sql, struct bv_err *err)
{
	BV_AUTO(bv_page_template_free) struct bv_page_template *tmpl = NULL;
	int64_t taken = 0;

	if (bv_page_template_parse(&tmpl, draft->text, &draft->fault) != BV_OK) {
		bv_err_mark(&draft->fault, "bad-template");
		return BV_OK;
	}
	struct bv_page_template_name name = bv_page_template_name(tmpl);
	if (!names_good(draft, &name)) {
		bv_err_mark(&draft->fault, "bad-attribute-value");
		return BV_OK;
	}
	TRY(find_number(&taken, sql, &name, err));
	struct bv_str title = name.title.len ? name.title : name.identifier;
	bv_buf_add(&draft->name, name.identifier);
	bv_buf_add(&draft->title, bv_str_sub(title, 0, bv_text_valid_len(bv_str_sub(title, 0, DOCUMENT_TITLE_MAX))));
	draft->good = true;
	write_template(draft, tmpl, taken);
	return BV_OK;
}
