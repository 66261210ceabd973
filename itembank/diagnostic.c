/* The rules that diagnostics name: every id there is, and what it says. */
#include <stdlib.h>
#include <string.h>

#include "itembank/report.h"

/* Groups in the order of reading, ids in that of the alphabet. doc/diagnostics.md is printed from it. */
static const struct bv_diagnostic_rule rules[] = {
	{ "document", "bad-encoding", "the document is not in UTF-8", "tài liệu không ở dạng UTF-8" },
	{ "document", "conflict", "two files claim to be the same thing", "hai tệp cùng tự nhận là một thứ" },
	{ "document", "doctype", "a DOCTYPE, which is never read", "có khai báo DOCTYPE, vốn không bao giờ được đọc" },
	{ "document", "limit-exceeded", "larger, deeper or more than a compiled-in maximum", "lớn hơn, sâu hơn hoặc nhiều hơn mức tối đa cho phép" },
	{ "document", "not-well-formed", "not well-formed XML", "XML không đúng cú pháp" },
	{ "document", "qti-1", "QTI 1.2, another format: convert it first", "QTI 1.2 là định dạng khác: hãy chuyển đổi trước" },
	{ "document", "undeclared-prefix", "a namespace prefix that no xmlns declares", "tiền tố không gian tên chưa được xmlns khai báo" },
	{ "document", "unknown-entity", "an entity that XML itself does not have", "thực thể mà bản thân XML không có" },
	{ "document", "unknown-namespace", "the root is in a namespace that is none of QTI's", "phần tử gốc ở không gian tên không phải của QTI" },
	{ "document", "unreadable-file", "a file that cannot be read", "tệp không đọc được" },
	{ "document", "wrong-root", "the document is something else than what is asked for", "tài liệu không phải loại được yêu cầu" },

	{ "element", "misplaced-element", "an element where QTI does not allow it", "phần tử nằm ở chỗ QTI không cho phép" },
	{ "element", "missing-element", "an element that must be there is not", "thiếu phần tử bắt buộc" },
	{ "element", "not-included", "an xi:include that nothing is put in place of", "xi:include không được thay bằng nội dung nào" },
	{ "element", "unknown-element", "an element that QTI 3.0 does not have", "phần tử mà QTI 3.0 không có" },

	{ "attribute", "bad-attribute-value", "a value that is none of the attribute's", "giá trị không hợp lệ cho thuộc tính" },
	{ "attribute", "bad-coords", "coords that do not make the shape", "toạ độ (coords) không tạo thành hình đã nêu" },
	{ "attribute", "bad-identifier", "not an identifier", "không phải là một định danh hợp lệ" },
	{ "attribute", "bad-pattern", "not a regular expression of XML Schema", "không phải biểu thức chính quy của XML Schema" },
	{ "attribute", "bound-out-of-range", "a number past what it may be, or a lower bound above the upper", "số vượt quá phạm vi cho phép, hoặc cận dưới lớn hơn cận trên" },
	{ "attribute", "missing-attribute", "an attribute that must be there is not", "thiếu thuộc tính bắt buộc" },
	{ "attribute", "missing-type-identifier", "a custom interaction without the type that names its module", "tương tác tuỳ biến thiếu kiểu để chỉ ra mô-đun" },
	{ "attribute", "pattern-anchors", "^ or $ in a pattern, which always matches the whole", "có ^ hoặc $ trong mẫu, trong khi mẫu luôn so khớp toàn bộ" },
	{ "attribute", "pattern-dialect", "a pattern with something of another dialect that can mean one thing only", "mẫu có thành phần của phương ngữ khác nhưng chỉ hiểu được một nghĩa" },

	{ "declaration", "bad-value", "a value that is not of its base type", "giá trị không thuộc kiểu cơ sở của nó" },
	{ "declaration", "builtin-declared", "a built-in variable is declared, as it is: needless", "khai báo lại biến dựng sẵn đúng như sẵn có: không cần thiết" },
	{ "declaration", "duplicate-field", "two fields of a record have one name", "hai trường của một bản ghi trùng tên" },
	{ "declaration", "duplicate-identifier", "two things have one identifier", "hai đối tượng trùng định danh" },
	{ "declaration", "empty-map-key", "a map-key that is empty matches nothing", "map-key rỗng không khớp với giá trị nào" },
	{ "declaration", "negative-maximum", "normal-maximum below 0", "normal-maximum nhỏ hơn 0" },
	{ "declaration", "reserved-identifier", "the name of a built-in variable, declared as something else", "tên của biến dựng sẵn bị khai báo thành thứ khác" },
	{ "declaration", "unmappable-type", "a mapping of values that cannot be mapped", "ánh xạ cho kiểu giá trị không thể ánh xạ" },

	{ "interaction", "limits", "numbers that no response can meet, or that contradict the response", "giới hạn mà không câu trả lời nào đáp ứng được, hoặc trái với biến trả lời" },
	{ "interaction", "match-set-count", "matching needs two sets of choices", "tương tác ghép cặp cần đúng hai tập lựa chọn" },
	{ "interaction", "no-choices", "an interaction without choices", "tương tác không có lựa chọn nào" },
	{ "interaction", "no-interaction", "nothing can be answered", "không có gì để trả lời" },
	{ "interaction", "shared-response", "two interactions fill one response", "hai tương tác cùng điền một biến trả lời" },
	{ "interaction", "undeclared-response", "an interaction whose response is not declared", "tương tác dùng biến trả lời chưa khai báo" },
	{ "interaction", "unfilled-response", "a response that no interaction fills", "biến trả lời không được tương tác nào điền" },

	{ "expression", "base-type-mismatch", "a value of another base type than is wanted there", "giá trị có kiểu cơ sở khác với kiểu cần có" },
	{ "expression", "bad-definition", "folding rules of a short answer that do not exist", "quy tắc chuẩn hoá câu trả lời ngắn không tồn tại" },
	{ "expression", "cardinality-mismatch", "single where several are wanted, or several where one is", "đơn trị ở chỗ cần nhiều giá trị, hoặc ngược lại" },
	{ "expression", "empty-key", "a key of a short answer that is empty after folding", "đáp án ngắn trở thành rỗng sau khi chuẩn hoá" },
	{ "expression", "float-for-integer", "an integer variable takes a float: NULL when it is not whole", "biến nguyên nhận số thực: thành NULL khi không nguyên" },
	{ "expression", "misplaced-expression", "an expression that has a meaning in tests only", "biểu thức chỉ có nghĩa trong bài thi" },
	{ "expression", "missing-table", "a mapping or lookup table that is not there", "thiếu bảng ánh xạ hoặc bảng tra" },
	{ "expression", "operand-count", "too few or too many operands", "quá ít hoặc quá nhiều toán hạng" },
	{ "expression", "repeated-key", "two keys of a short answer are one after folding", "hai đáp án ngắn trùng nhau sau khi chuẩn hoá" },
	{ "expression", "undeclared-variable", "a variable that nothing declares", "biến chưa được khai báo ở đâu cả" },
	{ "expression", "unknown-expression", "not an expression of QTI", "không phải biểu thức của QTI" },
	{ "expression", "unscorable-operator", "a custom operator: such an item is not scored, and not given 0", "toán tử tuỳ biến: câu hỏi như vậy không được chấm, và không bị cho 0 điểm" },
	{ "expression", "weight-outside-test", "weight-identifier has a meaning in tests only", "weight-identifier chỉ có nghĩa trong bài thi" },
	{ "expression", "wrong-variable-kind", "a variable that may not be used or set there", "biến không được phép dùng hoặc đặt ở chỗ đó" },

	{ "processing", "expression-count", "a rule without its one expression", "quy tắc không có đúng một biểu thức" },
	{ "processing", "lost-value", "processing the untouched item gives a value that cannot be kept", "xử lý câu hỏi chưa trả lời cho ra giá trị không giữ được" },
	{ "processing", "trial", "processing the untouched item fails", "xử lý câu hỏi chưa trả lời bị lỗi" },
	{ "processing", "unknown-rule", "not a rule of this kind of processing", "không phải quy tắc của loại xử lý này" },
	{ "processing", "unknown-template", "a response processing template that is not QTI's", "khuôn mẫu chấm điểm không phải của QTI" },

	{ "test", "adaptive-selection", "the items of a section are chosen by an adaptive engine elsewhere", "câu hỏi của mục do một bộ máy thích ứng bên ngoài chọn" },
	{ "test", "always-null", "no item has the variable: the result is always NULL", "không câu hỏi nào có biến này: kết quả luôn là NULL" },
	{ "test", "bad-file-reference", "href is not the name of a file in the package", "href không phải tên tệp trong gói" },
	{ "test", "branch-target", "a branch rule that does not lead on", "quy tắc rẽ nhánh không dẫn tới phía trước" },
	{ "test", "duplicate-mapping", "two mappings of one variable", "hai ánh xạ cho cùng một biến" },
	{ "test", "duplicate-weight", "a weight given twice", "một trọng số được cho hai lần" },
	{ "test", "empty-part", "a part without items", "phần thi không có câu hỏi" },
	{ "test", "missing-file", "a file that is not there", "tệp không tồn tại" },
	{ "test", "navigation", "something that has no effect in this mode of navigation or submission", "điều không có tác dụng ở chế độ làm bài hoặc nộp bài này" },
	{ "test", "ordering", "keep-together has a meaning in invisible sections only", "keep-together chỉ có nghĩa ở mục không hiển thị" },
	{ "test", "period-in-identifier", "a period, which separates an identifier from a variable's", "dấu chấm, vốn ngăn định danh với tên biến" },
	{ "test", "section-cycle", "a section that contains itself", "mục chứa chính nó" },
	{ "test", "selection-count", "a section selects more than there is, or less than is required", "mục chọn nhiều hơn số hiện có, hoặc ít hơn số bắt buộc" },
	{ "test", "uncertain-target", "selection or shuffling may leave the target of a branch out", "việc chọn hoặc xáo trộn có thể bỏ mất đích của nhánh" },
	{ "test", "unknown-section", "section-identifier names no section", "section-identifier không chỉ mục nào" },
	{ "test", "unreadable-item", "a variable of an item that could not be read", "biến của một câu hỏi không đọc được" },

	{ "package", "bad-archive", "a zip archive that is damaged, deceives, or has what a package may not have", "tệp zip bị hỏng, đánh lừa, hoặc chứa thứ mà gói không được có" },
	{ "package", "bad-manifest", "a manifest or a resource of it that cannot be", "bản kê (manifest) hoặc một tài nguyên trong đó không hợp lệ" },
	{ "package", "bad-media", "a file that is no picture, sound, film or caption that is kept", "tệp không phải ảnh, âm thanh, phim hay phụ đề được lưu giữ" },
	{ "package", "bad-metadata", "metadata of an item that cannot be", "siêu dữ liệu của câu hỏi không hợp lệ" },
	{ "package", "bad-usage-data", "usage data that is incomplete or contradicts itself", "dữ liệu sử dụng thiếu hoặc mâu thuẫn" },
	{ "package", "missing-manifest", "no imsmanifest.xml at the root: not a content package", "không có imsmanifest.xml ở gốc: không phải gói nội dung" },

	{ "craft", "all-of-the-above", "an option that refers to the others", "phương án nhắc tới các phương án khác" },
	{ "craft", "empty-scores", "an empty response scores", "câu trả lời trống vẫn được điểm" },
	{ "craft", "hotspot-outside", "a hotspot that is not wholly on its image", "vùng chọn không nằm trọn trên ảnh" },
	{ "craft", "key-much-longer", "the key is much longer than the other options", "đáp án dài hơn hẳn các phương án khác" },
	{ "craft", "key-not-choice", "a key or a mapping names what is not on the page", "đáp án hoặc ánh xạ chỉ điều không có trên trang" },
	{ "craft", "key-not-valid", "the correct response could not be submitted", "câu trả lời đúng không thể nộp được" },
	{ "craft", "missing-alt", "an image without alternative text", "hình ảnh không có văn bản thay thế" },
	{ "craft", "missing-language", "no xml:lang", "thiếu xml:lang" },
	{ "craft", "missing-maximum", "nothing says what the item is worth", "không có gì cho biết câu hỏi đáng bao nhiêu điểm" },
	{ "craft", "missing-title", "an item or a button without title", "câu hỏi hoặc nút không có tiêu đề" },
	{ "craft", "negative-stem", "asks for what is not so, without emphasis", "câu hỏi phủ định mà không nhấn mạnh" },
	{ "craft", "no-key", "no key, and no mapping that earns anything", "không có đáp án, và không ánh xạ nào cho điểm" },
	{ "craft", "no-response-processing", "nothing sets SCORE", "không có gì đặt giá trị SCORE" },
	{ "craft", "private-metadata", "an image that tells of people: place, author, camera", "hình ảnh để lộ thông tin cá nhân: nơi chụp, tác giả, máy ảnh" },
	{ "craft", "repeated-option", "two options read the same", "hai phương án đọc như nhau" },
	{ "craft", "two-keys", "more keys than can be chosen", "nhiều đáp án hơn số được chọn" },
	{ "craft", "undeliverable", "something in the item is never sent to candidates", "trong câu hỏi có thứ không bao giờ được gửi cho thí sinh" },
	{ "craft", "unlabelled-hotspot", "a hotspot without a label", "vùng chọn không có nhãn" },
	{ "craft", "unreachable-maximum", "the correct response does not score the maximum", "câu trả lời đúng không đạt điểm tối đa" },
	{ "craft", "unused-template", "a template variable that nothing reads", "biến khuôn mẫu không được dùng ở đâu" },

	{ "bank", "duplicate-item", "two files with one identifier and language", "hai tệp cùng định danh và ngôn ngữ" },
	{ "bank", "key-position", "the places of the keys are not as chance would have them", "vị trí đáp án không ngẫu nhiên" },
	{ "bank", "longest-key", "the key is too often the longest option", "đáp án quá thường là phương án dài nhất" },
	{ "bank", "translation-differs", "a translation that asks something else than its original", "bản dịch hỏi khác với bản gốc" },

	{ "schema", "no-schema", "the folder has no schema of the document's namespace", "thư mục không có lược đồ cho không gian tên của tài liệu" },
	{ "schema", "schema", "not valid by the operator's XML schema", "không hợp lệ theo lược đồ XML của đơn vị vận hành" },
	{ "schema", "schema-extension", "an element of another namespace, whose schema the folder does not have", "phần tử thuộc không gian tên khác mà thư mục không có lược đồ" },
	{ "schema", "schema-img", "img or picture where the schema 3.0.0 has object only", "img hoặc picture ở chỗ lược đồ 3.0.0 chỉ có object" },
	{ "schema", "schema-normal-maximum", "normal-maximum below 0, which the schema forbids", "normal-maximum nhỏ hơn 0, điều lược đồ cấm" },
	{ "schema", "schema-slider-bound", "a slider with bounds below 0, which the schema forbids", "thanh trượt có cận nhỏ hơn 0, điều lược đồ cấm" },
	{ "schema", "schema-target-value", "a target-value of a table, which the schema mistypes", "target-value của bảng tra, chỗ lược đồ định kiểu sai" },
};

const struct bv_diagnostic_rule *
bv_diagnostic_rules(size_t *count)
{
	*count = BV_COUNT(rules);
	return rules;
}

const struct bv_diagnostic_rule *
bv_diagnostic_rule_find(const char *id)
{
	for (size_t i = 0; i < BV_COUNT(rules); i++)
		if (strcmp(rules[i].id, id) == 0)
			return &rules[i];
	return NULL;
}

const char *
bv_diagnostic_rule_of(const struct bv_err *err)
{
	if (err->rule)
		return err->rule;
	switch (err->status) {
	case BV_ELIMIT:
		return "limit-exceeded";
	case BV_ENOTFOUND:
		return "missing-file";
	case BV_ECONFLICT:
		return "conflict";
	case BV_EDENIED:
		return "bad-file-reference";
	default:
		return "unreadable-file";
	}
}
