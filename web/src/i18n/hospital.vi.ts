/** The hospital's page in Vietnamese. The names of capabilities come from the server. */

export const hospitalVi = {
  "hospital.page": "Khoa cấp cứu · 115",
  "hospital.title": "Trang của bệnh viện",
  "hospital.none": "Chưa rõ bệnh viện",

  // sign in
  "hospital.signin.token": "Mã của bệnh viện",
  "hospital.signin.submit": "Vào trang bệnh viện",
  "hospital.signin.hint": "Tài khoản hoặc mã do quản trị viên 115 cấp cho bệnh viện.",
  "hospital.signin.token.hint": "Dán mã một lần: máy này tự vào cho đến khi mã bị thu hồi hoặc bấm Thoát.",
  "hospital.wrong.title": "Tài khoản này không phải của bệnh viện",
  "hospital.wrong.detail":
    "{who} không gắn với bệnh viện nào. Thoát rồi đăng nhập bằng tài khoản hoặc mã của bệnh viện, hoặc mở bàn điều phối.",
  "hospital.wrong.desk": "Mở bàn điều phối",
  "hospital.logout": "Thoát",

  // strip
  "hospital.at_door": "Tại cửa",
  "hospital.coming": "Đang tới",
  "hospital.soonest": "Sớm nhất",
  "hospital.sound.on": "Tiếng bật",
  "hospital.sound.off": "Tiếng tắt",
  "hospital.keys": "Phím",

  // feed
  "hospital.lost":
    "Mất kết nối {age}. Giờ đến dưới đây tính từ tin cuối; đang tự nối lại. Cần chắc chắn thì gọi 115.",
  "hospital.stale":
    "Danh sách xe chưa làm mới được {age}: {why}. Trang tự thử lại; cần chắc chắn thì gọi 115.",
  "hospital.stale.network": "không nói chuyện được với máy chủ",

  // arrivals
  "hospital.arrivals": "Xe tới",
  "hospital.empty": "Không có xe nào đang tới.",
  "hospital.empty.do": "Xe sẽ hiện ở đây ngay khi bàn điều phối chọn bệnh viện này.",
  "hospital.group.door": "Tại cửa, chờ bàn giao",
  "hospital.group.coming": "Đang chở tới",
  "hospital.group.scene": "Chưa rời hiện trường",
  "hospital.group.left": "Xe đã đi, chờ bệnh viện xác nhận",
  "hospital.eta.min": "phút",
  "hospital.eta.due": "sắp vào cửa",
  "hospital.eta.unknown": "chưa rõ",
  "hospital.eta.unknown.why": "chưa có đường hoặc vị trí",
  "hospital.eta.between": "{low}–{high}",
  "hospital.eta.ride": "đường đi {n} phút",
  "hospital.eta.ride.from": "tính từ lúc rời hiện trường",
  "hospital.fix": "vị trí {age} trước",
  "hospital.fix.none": "chưa có vị trí xe",
  "hospital.door.at": "tới cửa {at}",
  "hospital.door.handed": "kíp báo đã bàn giao",
  "hospital.door.slow": "quá 15 phút",
  "hospital.door.blocked": "quá 30 phút: giải phóng xe",
  "hospital.needs": "cần",
  "hospital.despite": "dù đang xin không nhận",
  "hospital.kept": "✓ Đã giữ",
  "hospital.patients": "{n} {colour}",
  "hospital.new": "MỚI",
  "hospital.confirm": "Nhận bàn giao",
  "hospital.confirmed": "Đã ghi: bệnh viện nhận bàn giao từ xe {unit}.",
  "hospital.notyet": "Xe {unit} chưa tới",
  "hospital.notyet.do": "Xác nhận được khi kíp đã báo đến bệnh viện.",
  "hospital.keep": "Giữ chỗ",
  "hospital.keep.what": "Giữ {what}",
  "hospital.keep.said": "Đã giữ {what} cho ca {number} đến {at}.",
  "hospital.keep.already": "Ca {number} đã có chỗ giữ",
  "hospital.keep.already.do": "Xem mục Chỗ đang giữ.",
  "hospital.keep.none": "Không còn {what} trống để giữ",
  "hospital.keep.none.do": "Sửa số ở mục Chỗ trống rồi giữ lại.",
  "hospital.keep.here": "Xe {unit} đã ở đây: không giữ chỗ nữa",
  "hospital.keep.here.do": "Sửa số ở mục Chỗ trống cho người bệnh của xe này.",
  "hospital.told.coming": "Xe {unit} đang tới, mức {level}, {complaint}, {eta}",
  "hospital.told.door": "Xe {unit} đã tới cửa",

  // held
  "hospital.held": "Chỗ đang giữ",
  "hospital.held.for": "ca {number}",
  "hospital.held.other": "ca chưa chọn xe",
  "hospital.release": "Trả chỗ",
  "hospital.released": "Đã trả {what}.",

  // places
  "hospital.places": "Chỗ trống",
  "hospital.places.untold": "chưa báo",
  "hospital.places.held": "giữ {n}",
  "hospital.places.left": "còn {n}",
  "hospital.places.more": "Thêm loại chỗ",
  "hospital.places.less": "Thu gọn",
  "hospital.places.add": "Thêm một {what}",
  "hospital.places.take": "Bớt một {what}",
  "hospital.places.tell": "Báo số {what}",
  "hospital.places.sending": "đang gửi…",
  "hospital.places.unsent": "Chưa gửi được",
  "hospital.places.again": "Gửi lại",
  "hospital.places.undo": "Bỏ",

  // status and diversion
  "hospital.status": "Khoa cấp cứu",
  "hospital.status.open": "Đang nhận",
  "hospital.status.busy": "Đông",
  "hospital.status.full": "Quá tải",
  "hospital.diversion": "Xin không nhận",
  "hospital.diversion.none": "Bệnh viện chưa khai chuyên khoa nào.",
  "hospital.diversion.off": "đang nhận",
  "hospital.diversion.on": "xin không nhận",
  "hospital.advises": "Để cân nhắc: ca nguy kịch vẫn có thể tới.",

  // what the desk sees
  "hospital.desk": "Bàn điều phối đang thấy",
  "hospital.desk.diverts": "Không nhận: {what}",
  "hospital.desk.nodivert": "Nhận mọi loại ca của mình",
  "hospital.desk.noplaces": "Chưa báo số chỗ nào",
  "hospital.desk.told": "báo lúc {at}, {age} trước",
  "hospital.desk.never": "chưa báo lần nào",
  "hospital.desk.old": "Số đã cũ. Còn đúng không?",
  "hospital.desk.still": "Vẫn đúng",
  "hospital.desk.stilled": "Đã báo lại: vẫn đúng.",
  "hospital.said.status": "Đã báo khoa cấp cứu: {what}.",
  "hospital.said.divert": "Đã xin không nhận {what}.",
  "hospital.said.accept": "Đã nhận lại {what}.",

  // units
  "unit_kind.van": "xe",
  "unit_kind.motorbike": "xe máy",
  "unit_kind.boat": "tàu",

  // keys
  "hospital.keys.arrows": "chọn xe",
  "hospital.keys.enter": "nhận bàn giao của xe đang chọn",
  "hospital.keys.g": "giữ chỗ cho xe đang chọn",
  "hospital.keys.123": "đang nhận · đông · quá tải",
  "hospital.keys.p": "đến chỗ trống; ↑ ↓ chọn, + − đổi số",
  "hospital.keys.d": "đến mục xin không nhận; ↑ ↓ chọn, Space đổi",
  "hospital.keys.n": "đến chỗ đang giữ; Delete trả chỗ",
  "hospital.keys.k": "số đã báo vẫn đúng",
  "hospital.keys.esc": "về danh sách xe",
  "hospital.keys.s": "tiếng báo",
  "hospital.keys.t": "nền sáng / tối",
  "hospital.keys.l": "ngôn ngữ",
};

export type HospitalKey = keyof typeof hospitalVi;
