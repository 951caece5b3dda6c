/** Attention weights in words: weights, not effects on the prediction. */

export const ALPHA = "the weight that the model’s attention gives each bin";
export const BETA = "the weight that the model’s attention gives each mark";

/** After what α and β are: `many` where both were named. */
export function noEffect(many: boolean, switches: string): string {
  return (
    `${many ? "Neither is" : "It is not"} how much the prediction changes without a bin or a mark, nor what switches ` +
    `${switches}: contributions and the deletion test say what the prediction depends on.`
  );
}
