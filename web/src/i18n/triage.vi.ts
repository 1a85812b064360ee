/** Words of the triage panel, in Vietnamese. */

export const triageVi = {
  "triage.title": "Hỏi bệnh",
  "triage.begin": "hỏi bệnh theo bộ câu hỏi",
  "triage.yes": "Có",
  "triage.no": "Không",
  "triage.unsure": "Không rõ",
  "triage.told": "Đã hỏi, đã ghi",
  "triage.done": "Không còn câu hỏi nào làm đổi cách xử trí.",
  "triage.chapter": "Về",
  "triage.chapter.none": "chưa rõ bị gì: chọn theo lời người gọi",
  "triage.back": "sửa câu trước",
  "triage.next": "đã nói, sang bước kế",
  "triage.others": "{n} hướng dẫn khác",
  "triage.recognised": "nhận ra ngừng tim",
  "triage.compression": "nhịp ép đầu",
  "triage.unit.years": "tuổi",
  "triage.unit.minutes": "phút",
  "triage.unit.metres": "m",
  "triage.unit.people": "người",
  "triage.unit.weeks": "tuần",
  "triage.flag.police_113": "báo 113",
  "triage.flag.fire_114": "báo 114",
  "triage.flag.scene_unsafe": "hiện trường nguy hiểm",
  "triage.flag.protect_crew": "kíp mang đồ bảo hộ",
  "triage.flag.extrication": "có người kẹt",
  "triage.flag.boat": "cần đường thủy",
  "triage.flag.many_patients": "nhiều nạn nhân",
  "keys.space": "hỏi bệnh, đọc hướng dẫn cho người gọi",
} as const;

export type TriageKey = keyof typeof triageVi;
