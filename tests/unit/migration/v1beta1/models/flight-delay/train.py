"""Train the flight-delay model.

Any program can take this place. It is told by environment variables where its inputs, parameters and output lie:
PLIMSOLL_TRAINING_DATA (parquet), PLIMSOLL_INPUTS (which columns are inputs and which the label), PLIMSOLL_PARAMETERS
(the parameters of the spec) and PLIMSOLL_MODEL (the folder to leave the model in).
"""

import json
import os
from pathlib import Path

import pandas as pd
import skops.io
from sklearn.compose import make_column_transformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OrdinalEncoder


def read(variable: str) -> dict:
    return json.loads(Path(os.environ[variable]).read_text())


def main() -> None:
    columns, parameters = read("PLIMSOLL_INPUTS"), read("PLIMSOLL_PARAMETERS")
    names = [column["name"] for column in columns["inputs"]]
    words = [column["name"] for column in columns["inputs"] if column["type"] == "string"]
    numbers = [name for name in names if name not in words]
    data = pd.read_parquet(os.environ["PLIMSOLL_TRAINING_DATA"], columns=[*names, columns["label"]])

    seed = parameters.pop("seed")
    encode = OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-1)
    model = make_pipeline(
        make_column_transformer((encode, words), ("passthrough", numbers)),
        HistGradientBoostingClassifier(random_state=seed, **parameters),
    )
    model.fit(data[names], data[columns["label"]].astype(int))

    folder = Path(os.environ["PLIMSOLL_MODEL"])
    folder.mkdir(parents=True, exist_ok=True)
    skops.io.dump(model, folder / "model.skops")
    print(f"trained on {len(data):,} flights, {data[columns['label']].mean():.1%} of them late")


if __name__ == "__main__":
    main()
