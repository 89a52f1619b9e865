"""A shop: enough functions for words to be common or rare."""


def add_customer(customers, name, address):
    """Register a new customer with an address."""
    customers[name] = {"address": address, "orders": []}


def remove_customer(customers, name):
    """Delete a customer and all orders."""
    del customers[name]


def place_order(customer, articles):
    """Append an order for some articles to those of the customer."""
    customer["orders"].append(list(articles))


def cancel_order(customer, number):
    """Cancel the order with a given number."""
    customer["orders"].pop(number)


def total_price(articles, prices):
    """Sum up the prices of all articles."""
    return sum(prices[article] for article in articles)


def apply_discount(price, percent):
    """Reduce a price by some percent."""
    return price * (100 - percent) / 100


def convert_currency(amount, rate):
    """Convert an amount into another currency."""
    return round(amount * rate, 2)


def send_invoice(mailer, customer, total):
    """Mail an invoice over the total to the customer."""
    mailer.send(customer["address"], subject="Invoice", body=f"You owe {total}.")


def send_reminder(mailer, customer):
    """Remind a customer by mail of an unpaid invoice."""
    mailer.send(customer["address"], subject="Reminder", body="Please pay your invoice.")


def read_catalogue(path):
    """Load the catalogue from a JSON file."""
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def write_catalogue(path, catalogue):
    """Save the catalogue as a JSON file."""
    with open(path, "w", encoding="utf-8") as file:
        json.dump(catalogue, file)


def search_catalogue(catalogue, word):
    """Find the articles whose description contains a word."""
    return [article for article, text in catalogue.items() if word in text.lower()]


def sort_by_price(articles, prices):
    """Sort articles, the cheapest first."""
    return sorted(articles, key=lambda article: prices[article])


def check_stock(stock, article, quantity):
    """Tell whether the stock holds a quantity of an article."""
    return stock.get(article, 0) >= quantity


def restock(stock, deliveries):
    """Add deliveries to the stock."""
    for article, quantity in deliveries:
        stock[article] = stock.get(article, 0) + quantity


def parse_address(text):
    """Split an address into street, postcode and city."""
    street, place = text.split(",")
    postcode, city = place.split(maxsplit=1)
    return street, postcode, city


def format_label(name, street, postcode, city):
    """Format a shipping label of three lines."""
    return f"{name}\n{street}\n{postcode} {city}"


def ship_parcel(carrier, label, weight):
    """Hand a parcel over to the carrier and return its tracking code."""
    return carrier.ship(label=label, weight=weight).tracking_code


def track_parcel(carrier, tracking_code):
    """Ask the carrier where a parcel is."""
    return carrier.locate(tracking_code)


def hash_password(password, salt):
    """Hash a password with a salt."""
    return hashlib.scrypt(password.encode(), salt=salt, n=16384, r=8, p=1)


def verify_password(password, salt, expected):
    """Compare a password with the expected hash in constant time."""
    return hmac.compare_digest(hash_password(password, salt), expected)


def log_in(sessions, name):
    """Open a session for a user and return its token."""
    token = secrets.token_hex()
    sessions[token] = name
    return token


def log_out(sessions, token):
    """Close the session that belongs to a token."""
    sessions.pop(token, None)


def expired_sessions(sessions, now, lifetime):
    """Yield the tokens of sessions that are older than their lifetime."""
    for token, started in sessions.items():
        if now - started > lifetime:
            yield token
