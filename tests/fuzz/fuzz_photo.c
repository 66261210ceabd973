/* Any bytes as a photo with metadata: read to the end, and the facts are of those that there are. */
#include <assert.h>
#include <stdint.h>

#include "itembank/photo.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	unsigned facts = photo_facts((struct bv_str){ (const char *)p, len });

	assert(facts <= (PHOTO_PLACE | PHOTO_AUTHOR | PHOTO_CAMERA));
	return 0;
}
