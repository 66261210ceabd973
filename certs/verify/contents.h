/* Reading a certificate's JSON. Nothing here trusts it. */
#ifndef BV_CERTS_VERIFY_CONTENTS_H
#define BV_CERTS_VERIFY_CONTENTS_H

#include "base/json.h"

enum {
	RESULTS_MAX = 256, /* results, and descriptions of results */
	FACTS_MAX = 4096,  /* values on a certificate */
};

/* The value at "credentialSubject.achievement.id"; NULL if something on the way is missing or no object. */
BV_API const struct bv_json *contents_at(const struct bv_json *object, const char *path);
/* Is word the string, or one of the strings of the array? */
BV_API bool contents_has(const struct bv_json *type, const char *word);
/* The element of an array of objects whose member has that string; NULL if there is none. */
BV_API const struct bv_json *contents_find(const struct bv_json *array, const char *member, struct bv_str value);

#endif
