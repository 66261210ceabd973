/* Values of JSON in memory. What is parsed lives in one arena with a copy of its text, in which strings and names are; what is built is allocated value by
 * value. Values of both kinds may be put into either. */
#ifndef BV_BASE_JSON_TREE_H
#define BV_BASE_JSON_TREE_H

#include "base/json.h"
#include "base/mem.h"

struct json_member {
	const char *name;
	uint32_t len;
	bool own; /* name and value are freed with the object */
	struct bv_json *value;
};

struct bv_json {
	enum bv_json_type type;
	bool truth;
	struct json_doc *doc; /* NULL: built */
	union {
		int64_t integer;
		double real;
		struct bv_str str;
		struct {
			struct bv_json **at;
			size_t count, cap;
		} array;
		struct {
			struct json_member *at;
			uint32_t count, cap;
			uint32_t *sorted; /* of more than JSON_FEW members: the first sorted_count of them by name */
			uint32_t sorted_count;
		} object;
	};
};

enum { JSON_FEW = 16 };

/* A parsed document. */
struct json_doc {
	struct bv_arena arena;
	struct bv_json *root;
	struct bv_json **adopted; /* built values that were put into it */
	size_t adopted_count, adopted_cap;
};

/* An empty one, and an empty value in it. */
struct json_doc *json_doc_new(void);
void json_doc_free(struct json_doc *doc);
struct bv_json *json_doc_value(struct json_doc *doc, enum bv_json_type type);

/* Once: what is in a container of a document, copied; of the members of an array only their values count. False: a name is there twice. */
void json_fill_array(struct bv_json *array, const struct json_member *members, size_t count);
BV_MUST_USE bool json_fill_object(struct bv_json *object, const struct json_member *members, size_t count);

/* NULL if there is none. */
struct json_member *json_member_find(const struct bv_json *object, const char *name, size_t len);

#endif
