import lib.data


def main() -> None:
    print("learning")
