/** Short sounds for what needs a person: a new red incident, an alarm, a notice. Never looping; off until asked for. */

type Note = [frequency_hz: number, start_s: number, length_s: number];

const SOUNDS: Record<"red" | "alarm" | "notice", Note[]> = {
  red: [
    [740, 0, 0.14],
    [988, 0.17, 0.24],
  ],
  alarm: [
    [520, 0, 0.16],
    [520, 0.22, 0.16],
    [520, 0.44, 0.16],
  ],
  notice: [[620, 0, 0.12]],
};
const VOLUME = 0.18;

let context: AudioContext | undefined;

export function play(kind: keyof typeof SOUNDS): void {
  context ??= new AudioContext();
  void context.resume();
  const now = context.currentTime + 0.02;
  for (const [frequency, start, length] of SOUNDS[kind]) {
    const tone = context.createOscillator();
    const volume = context.createGain();
    tone.frequency.value = frequency;
    tone.type = kind === "alarm" ? "triangle" : "sine";
    volume.gain.setValueAtTime(0, now + start);
    volume.gain.linearRampToValueAtTime(VOLUME, now + start + 0.02);
    volume.gain.linearRampToValueAtTime(0, now + start + length);
    tone.connect(volume).connect(context.destination);
    tone.start(now + start);
    tone.stop(now + start + length + 0.02);
  }
}
