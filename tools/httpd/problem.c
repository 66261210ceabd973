#include "tools/httpd/problem.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/json.h"
#include "base/text.h"
#include "tools/httpd/html.h"

const struct problem problems[] = {
	{ "bad-request", 400, "Yêu cầu sai quy cách HTTP", "The request is not good HTTP",
	  "Kết nối đã đóng. Hãy cập nhật trình duyệt hoặc kiểm tra phần mềm trung gian trên đường truyền.",
	  "The connection was closed. Update the browser, or check what stands between it and this server." },
	{ "not-json", 400, "Nội dung gửi lên không phải JSON hợp lệ", "The body is not JSON", "Hãy sửa nội dung rồi gửi lại.",
	  "Mend the body and send it again." },
	{ "invalid", 422, "Nội dung gửi lên không đúng mẫu", "The request does not fit its schema",
	  "Hãy sửa điều được nêu trong \"errors\" hoặc \"reason\" rồi gửi lại.", "Mend what \"errors\" or \"reason\" names and send it again." },
	{ "sign-in", 401, "Cần đăng nhập", "Sign in first", "Hãy đăng nhập rồi thử lại; phiên trước có thể đã hết hạn.",
	  "Sign in and try again; the session may have ended." },
	{ "wrong-credentials", 401, "Tên, mật khẩu hoặc mã không đúng", "The name, password or code is wrong",
	  "Hãy kiểm tra lại rồi thử lại.", "Check them and try again." },
	{ "code-needed", 401, "Cần mã xác thực", "A code is needed", "Hãy nhập mã 6 chữ số của ứng dụng xác thực cùng với mật khẩu.",
	  "Send the six digits of the authenticator together with the password." },
	{ "denied", 403, "Không được phép", "Not allowed", "Tài khoản này không có quyền làm việc đó.",
	  "This account has no right to do that." },
	{ "unfinished-account", 403, "Tài khoản chưa hoàn tất", "The account is not complete",
	  "Hãy đổi mật khẩu tạm và đăng ký ứng dụng xác thực trước.", "Change the first password and enrol an authenticator first." },
	{ "cross-site", 403, "Yêu cầu đến từ trang khác", "The request comes from another site",
	  "Chỉ trang của hệ thống này được gửi yêu cầu đó; nếu bạn đang ở đúng trang, hãy đăng nhập lại.",
	  "Only pages of this server may send it; if you are on one, sign in again." },
	{ "not-found", 404, "Không tìm thấy", "Not found", "Hãy kiểm tra địa chỉ.", "Check the address." },
	{ "method", 405, "Phương thức không dùng được ở đây", "That method cannot be used here", "Các phương thức dùng được nằm trong trường Allow.",
	  "The Allow field names those that can." },
	{ "conflict", 409, "Mâu thuẫn với dữ liệu hiện có", "In conflict with what is there", "Hãy tải lại rồi thử lại.", "Read again and try again." },
	{ "length-required", 411, "Thiếu độ dài nội dung", "The length of the body is missing", "Hãy gửi kèm Content-Length.", "Send Content-Length." },
	{ "too-large", 413, "Nội dung quá lớn", "The body is too large", "Hãy gửi nội dung nhỏ hơn.", "Send less." },
	{ "too-long", 414, "Địa chỉ quá dài", "The address is too long", "Hãy kiểm tra địa chỉ.", "Check the address." },
	{ "media-type", 415, "Kiểu nội dung không được hỗ trợ", "That type of body is not read here", "Hãy gửi application/json, mã hóa UTF-8.",
	  "Send application/json in UTF-8." },
	{ "expectation", 417, "Không đáp ứng được Expect", "That expectation cannot be met", "Hãy bỏ trường Expect.", "Leave the Expect field out." },
	{ "misdirected", 421, "Sai tên máy chủ", "Another host's request", "Hãy dùng đúng địa chỉ của hệ thống.", "Use the server's own address." },
	{ "rate", 429, "Quá nhiều yêu cầu", "Too many requests", "Hãy đợi số giây ghi trong trường Retry-After rồi thử lại.",
	  "Wait as many seconds as the Retry-After field says, and try again." },
	{ "header-too-large", 431, "Phần đầu yêu cầu quá lớn", "The header is too large", "Hãy xóa cookie của trang rồi thử lại.",
	  "Delete the site's cookies and try again." },
	{ "attempt-state", 409, "Bài làm không ở trạng thái cho phép", "Not possible in this state", "Hãy tải lại trang để xem trạng thái bài làm.",
	  "Load the page again to see the state of the attempt." },
	{ "seb", 403, "Phải thi bằng Safe Exam Browser", "Safe Exam Browser is needed",
	  "Hãy mở đợt thi bằng Safe Exam Browser với tệp cấu hình của đợt thi; nếu đang ở trong đó, hãy báo giám thị.",
	  "Open the sitting in Safe Exam Browser with the sitting's configuration; if you are in it, tell the proctor." },
	{ "not-open", 403, "Chưa đến giờ hoặc đã hết giờ vào thi", "Not open", "Hãy xem giờ của đợt thi.", "See the times of the sitting." },
	{ "time-over", 403, "Đã hết giờ làm bài", "The time is over", "Các câu trả lời đã lưu trước đó vẫn được giữ.", "What was stored before is kept." },
	{ "section-closed", 403, "Phần thi này đã đóng", "That section is closed", "Hãy làm tiếp phần đang mở.", "Go on with the section that is open." },
	{ "other-tab", 409, "Bài làm đang mở ở nơi khác", "Another tab or machine is open", "Hãy dùng cửa sổ mở sau cùng, hoặc tải lại trang này để tiếp tục ở đây.",
	  "Use the window that was opened last, or load this page again to go on here." },
	{ "other-machine", 403, "Máy này chưa được phép", "Not from this machine", "Hãy báo giám thị để được chuyển máy.", "Ask the proctor to allow the move." },
	{ "room-code", 403, "Cần mã phòng thi", "The code of the room is needed", "Hãy nhập mã ghi trên bảng của phòng thi; mã đổi mỗi ngày.",
	  "Type the code that stands in the room; it is another one each day." },
	{ "not-released", 403, "Kết quả chưa được công bố", "The result is not released", "Hãy đợi ngày công bố kết quả.", "Wait for the day of the results." },
	{ "no-paper", 503, "Đề thi chưa sẵn sàng", "There is no paper yet", "Hãy báo giám thị; người quản trị xem nhật ký máy chủ.",
	  "Tell the proctor; the administrator finds the reason in the log." },
	{ "clock-held", 503, "Đồng hồ thi đang chờ xác nhận", "The exam's clock waits to be confirmed", "Hãy đợi giám thị.", "Wait for the proctor." },
	{ "no-exams", 503, "Máy chủ này không tổ chức thi", "No exams are held here", "Hãy kiểm tra địa chỉ.", "Check the address." },
	{ "no-bank", 503, "Máy chủ này không có ngân hàng câu hỏi", "There is no item bank here",
	  "Người quản trị đặt khóa bank trong tệp cấu hình của máy chủ.", "The administrator names one by the key bank of the server's configuration." },
	{ "no-register", 503, "Máy chủ này không có sổ chứng nhận", "There is no register of certificates here",
	  "Người quản trị đặt khóa register trong tệp cấu hình của máy chủ.", "The administrator names one by the key register of the server's configuration." },
	{ "no-persons", 503, "Máy chủ này không giữ dữ liệu cá nhân", "No personal data is kept here",
	  "Người quản trị đặt khóa persons trong tệp cấu hình của máy chủ.", "The administrator names a store by the key persons of the server's configuration." },
	{ "fault", 500, "Máy chủ gặp lỗi", "The server failed", "Hãy thử lại; nếu vẫn lỗi, hãy báo mã yêu cầu cho người quản trị.",
	  "Try again; if it stays, tell the administrator the request's id." },
	{ "unknown-method", 501, "Phương thức không tồn tại", "There is no such method", "Hãy kiểm tra phần mềm gửi yêu cầu.", "Check the program that sent it." },
	{ "busy", 503, "Máy chủ đang bận", "The server is busy", "Hãy đợi số giây ghi trong trường Retry-After rồi thử lại.",
	  "Wait as many seconds as the Retry-After field says, and try again." },
	{ "streams", 503, "Quá nhiều luồng theo dõi", "Too many streams", "Hãy đóng các cửa sổ theo dõi khác, hoặc hỏi bảng định kỳ bằng tham số after.",
	  "Close other windows, or poll the board with the parameter after." },
	{ "not-stored", 503, "Chưa lưu được", "Not stored", "Nội dung chưa được lưu. Hãy giữ nguyên và gửi lại.",
	  "It was not stored. Keep it and send it again." },
	{ "http-version", 505, "Phiên bản HTTP không được hỗ trợ", "That version of HTTP is not spoken here", "Hãy dùng HTTP/1.1.", "Use HTTP/1.1." },
	{ 0 },
};

const struct problem *
problem_find(struct bv_str name)
{
	for (const struct problem *p = problems; p->name; p++)
		if (bv_str_is(name, p->name))
			return p;
	return NULL;
}

/* Nothing is left of an answer that came to nothing. */
static void
start_answer(struct exchange *x, const struct problem *p)
{
	x->answer.status = p->status;
	x->answer.fixed = BV_STR_NONE;
	bv_buf_clear(&x->answer.body);
	x->answer.field_count = 0;
}

static void
open_document(struct exchange *x, struct bv_json_pen *pen, const struct problem *p)
{
	bool vi = x->language == LANGUAGE_VI;
	char type[64];

	start_answer(x, p);
	x->answer.type = PROBLEM_TYPE;
	exchange_field(x, "Cache-Control", "no-store");
	exchange_field(x, "Content-Language", vi ? "vi" : "en");
	snprintf(type, sizeof type, "/problems/%s", p->name);
	bv_json_pen_open(pen, NULL, '{');
	bv_json_pen_str(pen, "type", bv_str_of(type));
	bv_json_pen_str(pen, "title", bv_str_of(vi ? p->title_vi : p->title_en));
	bv_json_pen_int(pen, "status", p->status);
	bv_json_pen_str(pen, "detail", bv_str_of(vi ? p->advice_vi : p->advice_en));
	bv_json_pen_str(pen, "requestId", bv_str_of(x->id));
}

void
problem_answer(struct exchange *x, const char *name, const char *reason, ...)
{
	struct bv_json_pen pen = { .out = &x->answer.body };
	const struct problem *p = problem_find(bv_str_of(name));
	char text[256] = "";
	va_list ap;

	assert(p);
	va_start(ap, reason);
	if (reason)
		vsnprintf(text, sizeof text, reason, ap);
	va_end(ap);
	if (html_wanted(x)) {
		start_answer(x, p);
		problem_page(x, p);
		return;
	}
	bv_text_repair(text);
	open_document(x, &pen, p);
	if (text[0])
		bv_json_pen_str(&pen, "reason", bv_str_of(text));
	bv_json_pen_close(&pen, '}');
}

void
problem_error(struct exchange *x, const struct bv_err *err)
{
	static const char *const names[] = {
		[BV_EINVAL] = "invalid",     [BV_EPARSE] = "invalid",  [BV_ELIMIT] = "too-large", [BV_ENOTFOUND] = "not-found",
		[BV_ECONFLICT] = "conflict", [BV_EDENIED] = "denied",  [BV_EIO] = "fault",        [BV_EUNCERTAIN] = "not-stored",
	};

	/* What went wrong inside is for the log, not for the client. */
	if (err->status == BV_EIO || err->status == BV_EUNCERTAIN)
		problem_answer(x, names[err->status], NULL);
	else
		problem_answer(x, names[err->status], "%s", err->msg);
}

void
problem_invalid(struct exchange *x, const char *pointer, const char *vi, const char *en)
{
	struct bv_json_pen pen = { .out = &x->answer.body };

	open_document(x, &pen, problem_find(BV_STR("invalid")));
	bv_json_pen_open(&pen, "errors", '[');
	bv_json_pen_open(&pen, NULL, '{');
	bv_json_pen_str(&pen, "pointer", bv_str_of(pointer));
	bv_json_pen_str(&pen, "detail", bv_str_of(x->language == LANGUAGE_VI ? vi : en));
	bv_json_pen_close(&pen, '}');
	bv_json_pen_close(&pen, ']');
	bv_json_pen_close(&pen, '}');
}
