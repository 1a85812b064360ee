/** The beat of chest compressions as a click, exact by the audio clock; ends when told to. */

const AHEAD_S = 0.3;

export function beat(bpm: number): () => void {
  const context = new AudioContext();
  void context.resume();
  let next = context.currentTime + 0.05;
  const timer = setInterval(() => {
    for (; next < context.currentTime + AHEAD_S; next += 60 / bpm) click(context, next);
  }, 100);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}

function click(context: AudioContext, at: number): void {
  const tone = context.createOscillator();
  const volume = context.createGain();
  tone.frequency.value = 880;
  volume.gain.setValueAtTime(0.2, at);
  volume.gain.exponentialRampToValueAtTime(0.001, at + 0.06);
  tone.connect(volume).connect(context.destination);
  tone.start(at);
  tone.stop(at + 0.07);
}
