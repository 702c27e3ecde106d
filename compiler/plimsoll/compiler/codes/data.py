"""Codes of data that is held against its specs: ``plimsoll data check``."""

from plimsoll.compiler.codes.code import Code

DATA = (
    Code(
        "PLM-DAT-001",
        "data that cannot be read",
        "The file that a data source names is missing below the data root, is not of the format that is said, or has "
        "no row. Every step that reads the source would refuse it.",
        "put the file where the message says, or mend location in the source's spec",
        "location: {type: file, path: parcel.parquet}    # the file is parcels.parquet",
    ),
    Code(
        "PLM-DAT-002",
        "a column that is not as it is declared",
        "The file lacks a declared column, or has it in a type that cannot become the declared one without loss. "
        "Nothing is guessed or cast: every step that reads the source would refuse it.",
        "declare what the file has, or write the file as it is declared",
        "columns: {weight: float}    # a column of text",
    ),
    Code(
        "PLM-DAT-003",
        "a column that nobody declared",
        "The file has a column that the source's spec does not. No step reads it, so that nothing breaks; but it lies "
        "there all the same, and its labels may not be those of the source: a name or a number that nobody thought "
        "of is personal data too.",
        "declare it where it is of use, and leave it out of the file where it is not",
        "a file with the columns parcel_id, weight and phone, and a spec without phone",
    ),
    Code(
        "PLM-DAT-004",
        "a value that is missing where one must be",
        "A row has no timestamp, an example no id, or an example no key to join features by. Without a timestamp a row "
        "is in no window; an example without an id stops the training; one without a key has no features.",
        "fill the values in, or leave these rows out of the file or out of the examples by a filter",
        "examples: {id: parcel_id}    # 12 rows have none",
    ),
    Code(
        "PLM-DAT-005",
        "an id that names more than one example",
        "Labels are joined to predictions by the id, so that it must stand in one row only. A training stops at it.",
        "keep one row of each id, or name the column that tells rows apart",
        "examples: {id: depot}    # a column of three values",
    ),
    Code(
        "PLM-DAT-006",
        "values that are not as expected",
        "Values of an input break what the model's spec expects of them: a range, the allowed values, the share that "
        "may be missing. All examples are looked at here, a training looks at its windows: it stops where they hold "
        "such a value.",
        "mend the data, or expect what it is like",
        "weight: {type: float, expect: {maximum: 40}}    # a parcel of 52",
    ),
    Code(
        "PLM-DAT-007",
        "labels that nothing can be learned from",
        "The expression of the label or of the filter fails on this data, no example has a label, the labels of two "
        "classes are not 0 and 1, or those of several not the classes that the spec names, each at least once.",
        "mend the expression at the underlined place",
        "label: {name: late, expression: hours > 4800}    # which no parcel is",
    ),
    Code(
        "PLM-DAT-008",
        "times that cannot be meant, or are too few",
        "Rows are of a time that has not come, or of 1970 and before, as numbers in the wrong unit are; or the data is "
        "of fewer days than the model's windows ask for. A training would run and learn from less than was meant.",
        "mend the time of the rows, or ask for shorter windows",
        "window: {training: 90d, evaluation: 20d}    # of data of 60 days",
    ),
    Code(
        "PLM-DAT-009",
        "a batch in too many parts",
        "The column that a batch is cut by has more values in the data than a batch may have parts. A window with so "
        "many is refused.",
        "cut by a column of fewer values, or into a count of parts",
        "partitions: {by: parcel_id}",
    ),
    Code(
        "PLM-DAT-010",
        "a value that is none of its column's type",
        "A CSV file holds text, and a field of it cannot be read as its column is declared. The message names the line "
        "of the first one. No row is left aside: every step that reads the source would refuse it.",
        "mend the file, name the text in csv.nulls where it stands for a missing value, or declare another type",
        "columns: {weight: float}    # and the field holds heavy",
    ),
)
