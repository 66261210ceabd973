#include "tools/httpd/irregularity.h"

#include "base/mem.h"
#include "tools/httpd/words.h"

const char *const irregularity_names[] = {
	"environment.comfort", "environment.disturbance", "environment.noise", "environment.power", "environment.weather",
	"examinee.behaviour", "examinee.complaint", "examinee.identity", "examinee.illness", "examinee.late", "examinee.navigation",
	"examinee.no-show", "personnel.behaviour", "personnel.compliance", "personnel.error", "personnel.late", "personnel.no-show",
	"technical.freezing", "technical.launching", "technical.network", "technical.printing", "technical.workstation", "technical.software",
	"question.image", "question.embed", "question.file", "question.website", "question.time", "question.focus", "question.accessibility",
	"question.skipped", "other", NULL,
};
/* In the same order. */
static const char *const keys[] = {
	"proctor.kindComfort", "proctor.kindDisturbance", "proctor.kindNoise", "proctor.kindPower", "proctor.kindWeather",
	"proctor.kindBehaviour", "proctor.kindComplaint", "proctor.kindIdentity", "proctor.kindIllness", "proctor.kindLate",
	"proctor.kindNavigation", "proctor.kindNoShow", "proctor.kindStaffBehaviour", "proctor.kindStaffCompliance", "proctor.kindStaffError",
	"proctor.kindStaffLate", "proctor.kindStaffNoShow", "proctor.kindFreezing", "proctor.kindLaunching", "proctor.kindNetwork",
	"proctor.kindPrinting", "proctor.kindWorkstation", "proctor.kindSoftware", "proctor.kindImage", "proctor.kindEmbed",
	"proctor.kindFile", "proctor.kindWebsite", "proctor.kindTime", "proctor.kindFocus", "proctor.kindAccessibility", "proctor.kindSkipped",
	"proctor.kindOther",
};
_Static_assert(BV_COUNT(keys) + 1 == BV_COUNT(irregularity_names), "words for each kind");

const char *
irregularity_words(struct bv_str name)
{
	size_t i = 0;

	while (i + 1 < BV_COUNT(keys) && !bv_str_is(name, irregularity_names[i]))
		i++;
	return keys[i];
}
