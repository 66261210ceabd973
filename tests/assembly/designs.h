/* The designs of the reference models (lp/ata_*.lp), over the bank syn_bank_300.csv. */
#ifndef BV_TESTS_ASSEMBLY_DESIGNS_H
#define BV_TESTS_ASSEMBLY_DESIGNS_H

#include "assembly/assembly.h"

#define DESIGN_RULES(c1, c1m, c2, c2m, c3, c3m, c4, c4m, c5, c5m, level, time, words) \
	"\"constraints\":[" \
	"{\"name\":\"content 1\",\"where\":{\"content\":1},\"min\":" c1 ",\"max\":" c1m "}," \
	"{\"name\":\"content 2\",\"where\":{\"content\":2},\"min\":" c2 ",\"max\":" c2m "}," \
	"{\"name\":\"content 3\",\"where\":{\"content\":3},\"min\":" c3 ",\"max\":" c3m "}," \
	"{\"name\":\"content 4\",\"where\":{\"content\":4},\"min\":" c4 ",\"max\":" c4m "}," \
	"{\"name\":\"content 5\",\"where\":{\"content\":5},\"min\":" c5 ",\"max\":" c5m "}," \
	"{\"name\":\"level 1\",\"where\":{\"level\":1},\"min\":" level "}," \
	"{\"name\":\"level 2\",\"where\":{\"level\":2},\"min\":" level "}," \
	"{\"name\":\"level 3\",\"where\":{\"level\":3},\"min\":" level "}," \
	"{\"name\":\"time\",\"sum\":\"time\",\"max\":" time "}," \
	"{\"name\":\"words\",\"sum\":\"words\",\"max\":" words "}]"

#define DESIGN_40 DESIGN_RULES("12", "12", "10", "10", "8", "8", "6", "6", "4", "4", "10", "2320", "3280")
#define DESIGN_SINGLE(theta) \
	"{\"length\":40,\"enemies\":\"enemy\",\"objective\":{\"kind\":\"maximize\",\"points\":[" theta "]}," DESIGN_40 "}"
#define DESIGN_MAXIMIN \
	"{\"length\":40,\"enemies\":\"enemy\",\"objective\":{\"kind\":\"maximin\",\"points\":[-1,{\"theta\":0,\"weight\":1.5},1]}," DESIGN_40 "}"
#define DESIGN_3X30 \
	"{\"forms\":3,\"length\":30,\"enemies\":\"enemy\",\"objective\":{\"kind\":\"minimax\",\"points\":[{\"theta\":-1,\"target\":3.9}," \
	"{\"theta\":0,\"target\":6},{\"theta\":1,\"target\":4.8}]}," \
	DESIGN_RULES("9", "9", "7", "8", "6", "6", "4", "5", "3", "3", "7", "1740", "2460") "}"
#define DESIGN_5X40 \
	"{\"forms\":5,\"length\":40,\"enemies\":\"enemy\",\"objective\":{\"kind\":\"minimax\",\"points\":[{\"theta\":-1,\"target\":5.2}," \
	"{\"theta\":0,\"target\":8},{\"theta\":1,\"target\":6.4}]}," DESIGN_40 "}"

/* 30 items; the test information and the expected score within a tolerance, beside contents, levels, time, words and enemies. */
#define DESIGN_FLY \
	"{\"length\":30,\"enemies\":\"enemy\",\"objective\":{\"kind\":\"maximize\",\"points\":[0]},\"constraints\":[" \
	"{\"where\":{\"content\":1},\"min\":9,\"max\":9},{\"where\":{\"content\":2},\"min\":7,\"max\":8},{\"where\":{\"content\":3},\"min\":6,\"max\":6}," \
	"{\"where\":{\"content\":4},\"min\":4,\"max\":5},{\"where\":{\"content\":5},\"min\":3,\"max\":3},{\"where\":{\"level\":1},\"min\":7}," \
	"{\"where\":{\"level\":2},\"min\":7},{\"where\":{\"level\":3},\"min\":7},{\"sum\":\"time\",\"max\":2000},{\"sum\":\"words\",\"max\":2800}," \
	"{\"information\":0,\"min\":5.2,\"max\":5.8},{\"information\":-1,\"min\":3,\"max\":4},{\"expectedScore\":0,\"min\":17,\"max\":18.5}]}"

#endif
