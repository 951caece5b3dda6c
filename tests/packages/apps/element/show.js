/** A page with the element: what it says of the first gene. */
export const outcome = new Promise((resolve, reject) => {
  addEventListener("regulens-result", ({ detail: { gene, probability, alpha } }) =>
    resolve({ gene, probability, alpha: [...alpha] }),
  );
  addEventListener("regulens-error", ({ detail: { message } }) => reject(new Error(message)));
});

const view = document.createElement("regulens-view");
view.setAttribute("model", "data/model.safetensors");
view.setAttribute("data", "data/table.csv.gz");
document.body.append(view);
