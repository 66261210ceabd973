#!/usr/bin/env python3
"""Draws the pictures of the situational items (d146/media). Needs python3-cairo and a font with Vietnamese letters (fonts-dejavu-core);
the sounds beside them are espeak-ng's Vietnamese voice, the text being the transcript in the item, through ffmpeg (mono, 24 kbit/s)."""
import math
import os
import sys

import cairo

INK, GREY, LIGHT, PAPER = (0.13, 0.16, 0.22), (0.45, 0.48, 0.53), (0.90, 0.92, 0.95), (1, 1, 1)
BLUE, GREEN, RED, YELLOW, SAND = (0.10, 0.36, 0.66), (0.16, 0.50, 0.30), (0.72, 0.14, 0.12), (0.96, 0.83, 0.38), (0.97, 0.94, 0.86)


class Picture:
    def __init__(self, name, width=640, height=400, ground=PAPER):
        self.name, self.surface = name, cairo.ImageSurface(cairo.FORMAT_RGB24, width, height)
        self.c = cairo.Context(self.surface)
        self.c.select_font_face("DejaVu Sans")
        self.c.set_source_rgb(*ground)
        self.c.paint()

    def box(self, x0, y0, x1, y1, fill=PAPER, edge=INK, width=2):
        self.c.rectangle(x0, y0, x1 - x0, y1 - y0)
        self.c.set_source_rgb(*fill)
        self.c.fill_preserve()
        self.c.set_source_rgb(*edge)
        self.c.set_line_width(width)
        self.c.stroke()

    def text(self, x, y, words, size=16, colour=INK, middle=False, bold=False):
        self.c.select_font_face("DejaVu Sans", cairo.FONT_SLANT_NORMAL, cairo.FONT_WEIGHT_BOLD if bold else cairo.FONT_WEIGHT_NORMAL)
        self.c.set_font_size(size)
        for i, line in enumerate(words.split("\n")):
            at = x - self.c.text_extents(line).width / 2 if middle else x
            self.c.move_to(at, y + i * size * 1.3)
            self.c.set_source_rgb(*colour)
            self.c.show_text(line)

    def line(self, *points, colour=INK, width=2, dash=()):
        self.c.new_path()
        self.c.move_to(*points[0])
        for p in points[1:]:
            self.c.line_to(*p)
        self.c.set_dash(dash)
        self.c.set_source_rgb(*colour)
        self.c.set_line_width(width)
        self.c.stroke()
        self.c.set_dash(())

    def circle(self, x, y, r, fill=PAPER, edge=INK, width=2):
        self.c.new_path()
        self.c.arc(x, y, r, 0, 2 * math.pi)
        self.c.set_source_rgb(*fill)
        self.c.fill_preserve()
        self.c.set_source_rgb(*edge)
        self.c.set_line_width(width)
        self.c.stroke()

    def labelled(self, x0, y0, x1, y1, words, size=16, fill=LIGHT):
        self.box(x0, y0, x1, y1, fill)
        lines = words.count("\n")
        self.text((x0 + x1) / 2, (y0 + y1) / 2 + size * 0.35 - lines * size * 0.65, words, size, middle=True)

    def save(self, folder):
        self.surface.write_to_png(os.path.join(folder, self.name + ".png"))


def shop():
    p = Picture("shop")
    p.box(10, 10, 630, 390)
    p.box(30, 60, 210, 240, SAND)
    p.circle(120, 150, 55, YELLOW)
    p.text(120, 265, "Mật ong 500 ml", 15, middle=True)
    p.labelled(240, 60, 610, 110, "Cửa hàng Bản Xanh · 4,8/5 · 312 đánh giá", 14)
    p.labelled(240, 130, 610, 180, "185.000 đ   (đã gồm thuế)", 16)
    p.labelled(240, 200, 610, 250, "Đổi trả trong 7 ngày theo quy định của sàn", 14)
    p.labelled(30, 290, 610, 370, "Tin nhắn của người bán: “Chuyển khoản trước cho số 0900 000 000\nngoài sàn, em giảm 30 %, sàn thu phí cao lắm.”", 14, SAND)
    return p


def flow(name, places):
    p = Picture(name)
    for (x0, y0, x1, y1), words in places:
        p.labelled(x0, y0, x1, y1, words, 16, SAND)
    return p


FOUR = [(30, 40, 300, 160), (340, 40, 610, 160), (30, 230, 300, 350), (340, 230, 610, 350)]


def listing():
    p = Picture("listing")
    p.box(10, 10, 630, 390)
    p.text(30, 45, "Đăng sản phẩm: bánh đa vừng", 18, bold=True)
    for i, (x0, y0, x1, y1) in enumerate([(30, 70, 230, 220), (260, 70, 610, 130), (260, 150, 610, 210), (30, 250, 610, 320)]):
        p.box(x0, y0, x1, y1, SAND)
        p.text(x0 + 8, y0 + 22, str(i + 1), 15, bold=True)
    p.circle(130, 145, 40, YELLOW)
    p.line((110, 145), (150, 145))
    p.text(430, 108, "45.000 đ / gói", 18, middle=True)
    p.text(430, 188, "20/05/2027", 18, middle=True)
    p.text(320, 292, "Thôn 2, xã Mẫu, tỉnh Mẫu", 18, middle=True)
    return p


def map_buttons():
    p = Picture("map-buttons", ground=SAND)
    p.line((0, 300), (640, 220), colour=PAPER, width=26)
    p.line((200, 0), (280, 400), colour=PAPER, width=26)
    p.line((480, 0), (430, 400), colour=PAPER, width=18)
    p.box(30, 20, 500, 70)
    p.circle(60, 42, 11, PAPER)
    p.line((68, 50), (78, 60), width=3)
    p.text(95, 52, "Tìm ở đây", 16, GREY)
    for y in (100, 180, 260):
        p.circle(580, y + 30, 30, PAPER)
    p.line((562, 122), (580, 114), (598, 122), (580, 132), (562, 122))
    p.line((562, 134), (580, 144), (598, 134))
    p.circle(580, 210, 12, PAPER)
    p.circle(580, 210, 4, BLUE, BLUE)
    for a, b in (((580, 190), (580, 198)), ((580, 222), (580, 230)), ((560, 210), (568, 210)), ((592, 210), (600, 210))):
        p.line(a, b)
    p.line((568, 304), (568, 286), (590, 286), width=3)
    p.line((584, 278), (594, 286), (584, 294), width=3)
    return p


def crossroads():
    p = Picture("crossroads", ground=SAND)
    p.line((0, 120), (640, 120), colour=PAPER, width=34)
    p.line((0, 300), (640, 300), colour=PAPER, width=34)
    p.line((180, 0), (180, 400), colour=PAPER, width=34)
    p.line((460, 0), (460, 400), colour=PAPER, width=34)
    p.text(280, 126, "Trần Phú", 16)
    p.text(280, 306, "Hùng Vương", 16)
    for x, words in ((180, "Quang Trung"), (460, "Lê Lợi")):
        p.c.save()
        p.c.translate(x + 6, 260)
        p.c.rotate(-math.pi / 2)
        p.text(0, 0, words, 16)
        p.c.restore()
    p.circle(60, 60, 8, BLUE, BLUE)
    p.text(75, 66, "Vị trí của bạn", 14)
    return p


def form():
    p = Picture("form")
    p.box(10, 10, 630, 390)
    p.text(30, 45, "Đăng ký khai sinh: người yêu cầu", 18, bold=True)
    for y, label, value in ((70, "Họ và tên", "Nguyễn Văn Mẫu"), (130, "Số định danh", "0010 9000 0000"), (190, "Ngày sinh", "31/02/1990"),
                            (250, "Điện thoại", "0900 000 000"), (310, "Nơi cư trú", "Thôn 2, xã Mẫu, tỉnh Mẫu")):
        p.text(30, y + 30, label, 16)
        p.box(220, y, 600, y + 46, LIGHT)
        p.text(236, y + 30, value, 16)
    return p


def receipt():
    p = Picture("receipt")
    p.box(10, 10, 630, 390)
    p.text(30, 45, "Tra cứu hồ sơ", 18, bold=True)
    for i, value in enumerate(("000.00.19.H26-261105-0007", "20/11/2026", "Đang xử lý", "30.000 đ")):
        y = 70 + i * 78
        p.box(30, y, 290, y + 60, SAND)
        p.text(42, y + 36, str(i + 1), 16, bold=True)
        p.box(310, y, 610, y + 60, LIGHT)
        p.text(326, y + 36, value, 17)
    return p


def pairs(name, left, right):
    p = Picture(name)
    for i, (a, b) in enumerate(zip(left, right)):
        y = 30 + i * 120
        p.labelled(30, y, 270, y + 90, a, 16, SAND)
        p.labelled(370, y, 610, y + 90, b, 16, LIGHT)
    return p


def classroom():
    p = Picture("classroom", ground=LIGHT)
    p.box(20, 20, 620, 380, PAPER, INK, 6)
    p.box(20, 120, 34, 280, (0.62, 0.82, 0.96), BLUE)
    p.text(44, 110, "Cửa sổ", 15)
    for y in (150, 200, 250):
        p.line((44, y), (120, y), colour=YELLOW, width=4)
    p.box(300, 140, 360, 260, SAND)
    p.text(330, 285, "Bàn", 15, middle=True)
    p.circle(420, 200, 24, SAND)
    p.line((396, 200), (380, 200), width=4)
    p.text(420, 250, "Giáo viên", 15, middle=True)
    p.box(520, 60, 606, 100, LIGHT)
    p.text(563, 86, "Tủ", 15, middle=True)
    return p


def house():
    p = Picture("house", ground=LIGHT)
    p.box(20, 20, 620, 380, PAPER, INK, 6)
    for a, b in (((220, 20), (220, 150)), ((220, 250), (220, 380)), ((420, 20), (420, 150)), ((420, 250), (420, 380)), ((20, 150), (220, 150)),
                 ((20, 250), (220, 250)), ((420, 150), (620, 150)), ((420, 250), (620, 250))):
        p.line(a, b, width=5)
    for x, y, words in ((120, 90, "Phòng ngủ 1"), (120, 320, "Bếp"), (520, 90, "Phòng ngủ 2"), (520, 320, "Phòng học"), (320, 80, "Hiên trước"),
                        (320, 206, "Phòng chung"), (320, 340, "Sân sau"), (120, 206, "Kho"), (520, 206, "Phòng tắm")):
        p.text(x, y, words, 15, GREY, middle=True)
    return p


def network():
    p = Picture("network")
    p.labelled(250, 20, 390, 80, "Bộ định tuyến", 14)
    p.labelled(250, 160, 390, 220, "Bộ chuyển mạch", 14)
    for i in range(4):
        p.labelled(30 + i * 155, 310, 150 + i * 155, 370, "Máy %d" % (i + 1), 15, SAND)
    return p


def axes():
    p = Picture("axes")
    p.line((80, 30), (80, 350), (610, 350), width=3)
    for i in range(8):
        y = 350 - i * 40
        p.line((72, y), (610, y), colour=LIGHT if i else INK, width=1)
        p.text(40, y + 5, str(i * 10), 14)
    for i, words in enumerate(("Tháng 8", "Tháng 9", "Tháng 10")):
        p.text(180 + i * 160, 378, words, 15, middle=True)
    p.text(90, 24, "tấn", 14)
    return p


def camera():
    p = Picture("camera", 48, 48)
    p.box(6, 14, 42, 38, INK)
    p.circle(24, 26, 8, (0.62, 0.82, 0.96), PAPER)
    return p


def router():
    p = Picture("router", 48, 48)
    p.box(6, 26, 42, 40, BLUE)
    p.line((14, 26), (14, 8), width=3)
    p.line((34, 26), (34, 8), width=3)
    p.circle(16, 33, 2, GREEN, GREEN)
    return p


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "d146", "media")
    os.makedirs(folder, exist_ok=True)
    returns = ["Gửi yêu cầu trả hàng\ntrên ứng dụng", "Quay video lúc mở hộp,\nthấy sai hàng", "Nhận tiền hoàn", "Gửi hàng lại cho\nđơn vị vận chuyển"]
    trace = ["In tem có mã QR,\ndán lên bao", "Tạo mã lô cho vụ lúa", "Người mua quét tem,\nxem nguồn gốc", "Ghi nhật ký đồng ruộng\nvào lô"]
    for p in (shop(), flow("returns", zip(FOUR, returns)), listing(), map_buttons(), crossroads(), form(), receipt(),
              flow("trace", zip(FOUR, trace)),
              pairs("class-tools", ("Bàn tay giơ lên", "Micrô bị gạch chéo", "Mũi tên trong màn hình"), ("Đưa tài liệu cho cả lớp xem", "Xin phát biểu", "Không ai nghe tiếng mình")),
              pairs("farm-tools", ("Máy quét mã vạch", "Cân điện tử nối máy tính", "Cảm biến độ ẩm đất"), ("Bật tưới khi đất khô", "Ghi hàng nhập kho", "Ghi khối lượng từng lô")),
              classroom(), house(), network(), axes(), camera(), router()):
        p.save(folder)


main()
