#include <stdio.h>

#include "base/file.h"
#include "base/xml.h"
#include "itembank/itembank.h"
#include "tools/cli/commands.h"
#include "tools/cli/print.h"

static int
run(struct args *args)
{
	BV_AUTO(bv_buf_finish) struct bv_buf bytes = BV_BUF(BV_XML_ITEM_MAX);
	BV_AUTO(bv_json_free) struct bv_json *value = NULL;
	const char *path = args->operands[0];
	struct bv_err err;

	if (bv_file_read(&bytes, path, &err))
		return fail(NULL, &err);
	if (bv_expression_eval(&value, bv_buf_str(&bytes), &err))
		return fail(path, &err);
	print_json(value);
	return EXIT_YES;
}

const struct cmd cmd_item_eval = {
	.name = "item eval",
	.operands = "FILE",
	.summary = "evaluate one QTI expression",
	.about = "Reads one expression, in the names of QTI 3.0 (qti-sum) or of 2.x (sum), and evaluates it where no variables are declared. Prints "
	         "{\"cardinality\":…,\"baseType\":…,\"value\":…}. An expression whose operands cannot fit is refused with exit status 2. "
	         "\"-\" reads standard input.",
	.opts = (const struct opt[]){
		{ "json", NULL, "print JSON; there is no other form" },
		{ 0 },
	},
	.examples = NULL,
	.run = run,
};
