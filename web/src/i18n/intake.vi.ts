/** Chữ của phần tiếp nhận cuộc gọi, bằng tiếng Việt. */

export const intakeVi = {
  "place.kind.address": "địa chỉ",
  "place.kind.alley": "hẻm",
  "place.kind.street": "đường",
  "place.kind.intersection": "giao lộ",
  "place.kind.poi": "địa điểm",
  "place.kind.ward": "phường",
  "place.kind.point": "điểm",
  "place.role.relation": "vị trí",
  "place.role.name": "tên",
  "place.role.house_number": "số",
  "place.role.street": "đường",
  "place.role.crossing": "giao lộ",
  "place.role.ward": "phường",
  "place.role.district": "quận",
  "place.role.elsewhere": "nơi khác",
  "place.how.exact": "có trên bản đồ",
  "place.how.alley entrance": "đầu hẻm",
  "place.how.estimated along the street": "ước lượng dọc đường",
  "place.how.beyond the known numbers": "quá các số đã biết",
  "place.how.unknown on this street": "đường này không rõ số",
  "place.relation.gan": "gần",
  "place.relation.doi dien": "đối diện",
  "place.understood": "Hiểu là",
  "place.unused": "chưa dùng: {words}",
  "place.ask.district": "Hỏi: ở quận nào?",
  "place.ask.ward": "Hỏi: ở phường nào?",
  "place.ask.house_number": "Hỏi: số nhà bao nhiêu?",
  "place.ask.how": "Tab rồi bấm số",
} as const;

export type IntakeKey = keyof typeof intakeVi;
