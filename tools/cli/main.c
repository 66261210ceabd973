#include "tools/cli/args.h"

int
main(int argc, char **argv)
{
	return args_run(argc, argv);
}
