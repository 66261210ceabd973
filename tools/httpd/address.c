#include <arpa/inet.h>
#include <stdio.h>

#include "tools/httpd/edge.h"

bool
address_parse(struct address *out, struct bv_str text)
{
	struct address address = { .bytes = { [10] = 0xff, [11] = 0xff } };
	char z[INET6_ADDRSTRLEN];

	if (text.len >= sizeof z || memchr(bv_str_chars(text), 0, text.len))
		return false;
	memcpy(z, bv_str_chars(text), text.len);
	z[text.len] = '\0';
	if (inet_pton(AF_INET, z, address.bytes + 12) != 1 && inet_pton(AF_INET6, z, address.bytes) != 1)
		return false;
	*out = address;
	return true;
}

bool
address_is_local(const struct address *address)
{
	static const uint8_t six[16] = { [15] = 1 }, four[12] = { [10] = 0xff, [11] = 0xff };

	return memcmp(address->bytes, six, 16) == 0 || (memcmp(address->bytes, four, 12) == 0 && address->bytes[12] == 127);
}

/* The last entry is what our own proxy saw; those before it anybody may have written. */
bool
edge_forwarded(struct address *out, struct bv_str forwarded)
{
	size_t last = 0;

	for (size_t i = 0; i < forwarded.len; i++)
		if (forwarded.p[i] == ',')
			last = i + 1;
	return address_parse(out, bv_str_trim(bv_str_sub(forwarded, last, forwarded.len)));
}
