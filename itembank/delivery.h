/* A page on its way out. Private to itembank. */
#ifndef BV_ITEMBANK_DELIVERY_H
#define BV_ITEMBANK_DELIVERY_H

#include "itembank/delivery_card.h"
#include "itembank/itembank.h"
#include "itembank/page.h"

/* Which feedback may be on a page. */
enum bv_feedback {
	BV_FEEDBACK_NONE,
	BV_FEEDBACK_BODY, /* in the body */
	BV_FEEDBACK_ALL,  /* modal feedback too */
};
enum bv_feedback bv_delivery_feedback(const struct bv_item *item, const struct bv_delivery *delivery);

struct bv_render {
	struct bv_buf *out;
	const struct bv_item *item;             /* NULL: a test */
	const struct bv_item_session *session;  /* of the item */
	const struct bv_declarations *declarations;
	const struct bv_value *values;          /* of the test's variables */
	const struct bv_delivery *delivery;
	struct bv_hmac_key key;
	struct bv_buf scratch, exponent;
	enum bv_feedback feedback;
	size_t text_to;  /* where a text of the page ends; 0: there was none yet */
	uint16_t number; /* the last that an id was given */
	struct bv_err *err;

	/* Of the page that is being rendered: */
	const struct bv_page *page;
	struct bv_str base;    /* the file in its package from which its references start */
	uint16_t *numbers;     /* that its ids are delivered as */
	struct bv_cards *cards;
};

/* Appends a page; base as above. */
BV_MUST_USE enum bv_status bv_render_page(struct bv_render *r, const struct bv_page *page, struct bv_str base);

/* May the allowed modules have the property, the variable of that name? */
bool bv_module_property(const struct bv_delivery *delivery, struct bv_str name);
bool bv_module_variable(const struct bv_delivery *delivery, struct bv_str name);

/* The second pass over a page of a test. */
BV_MUST_USE enum bv_status bv_delivery_scan_test(struct bv_str bytes, const struct bv_delivery *delivery, struct bv_err *err);

#endif
