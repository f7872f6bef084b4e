"""Walls are named; articles never are."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.outcomes import OUTCOMES
from schemas.records import Payload, Reference, Refusal
from transforms.article.extract import Extracted, extract
from transforms.article.metadata import Metadata
from transforms.article.wall_signs import read_walls
from transforms.article.walls import find_wall

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TEXT = "Officers of the river police found the missing barge on Monday, below the lock at Marlow, and a cat on it. "


def found(title, body, head=""):
    page = f"<html><head><title>{title}</title>{head}</head><body>{body}</body></html>"
    return extract(Payload(Reference("", "", "", "", "link", 0, "https://a.example/x", "", ""), page.encode(), NOW))


def outcome(title, body, head=""):
    result = found(title, body, head)
    return result.outcome if isinstance(result, Refusal) else "article"


def reason(title, body, head=""):
    result = found(title, body, head)
    return result.reason if isinstance(result, Refusal) else "article"


def ld(**fields):
    pairs = ", ".join(f'"{key}": {value}' for key, value in fields.items())
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "Barge", {pairs}}}</script>'


def paragraphs(count, text=TEXT):
    return "".join(f"<p>{text * 2}</p>" for _ in range(count))


CHALLENGES = [
    ("Just a moment...", "<p>Enable JavaScript and cookies to continue</p>"),
    ("Attention Required! | Cloudflare", "<h1>Sorry, you have been blocked</h1><p>Cloudflare Ray ID: 8a1b</p>"),
    ("Access Denied", "<h1>Access Denied</h1><p>You don't have permission to access this page on this server.</p>"),
    ("Are you a robot?", "<p>We've detected unusual activity from your computer network. Why did this happen?</p>"),
    ("a.example", "<p>Please verify you are a human</p><p>Press &amp; hold to confirm</p>"),
    ("Einen Moment bitte", "<p>Bitte bestätigen Sie, dass Sie kein Roboter sind.</p><p>Ray ID: 77</p>"),
    ("Un instant…", "<p>Vérification de votre navigateur. Activez JavaScript et les cookies pour continuer.</p>"),
    ("Acceso denegado", "<p>No tiene permiso para ver esta página.</p><p>Reference #18.2f</p>"),
    ("Один момент…", "<p>Проверяем ваш браузер. Подтвердите, что вы человек.</p>"),
    ("安全验证", "<p>检测到异常流量，请验证您是真人。</p>"),
]
CONSENT = [
    (
        "Before you continue to A",
        "<p>We use cookies and data to deliver services. If you choose to accept all, we will use cookies to show "
        "personalised content and personalised ads.</p><p>Reject all or manage options in your privacy settings.</p>",
    ),
    (
        "a.example: Zustimmung",
        "<p>Mit Werbung und Tracking weiterlesen: Wir und unsere Partner verarbeiten personenbezogene Daten. Cookies. "
        "Ihre Einwilligung können Sie jederzeit in der Datenschutzerklärung widerrufen. Akzeptieren oder ablehnen.</p>",
    ),
    (
        "a.example",
        "<p>We value your privacy. We and our partners store cookies on your device and process personal data such as "
        "unique identifiers. You may accept all, reject all or manage choices, also for legitimate interest. Consent "
        "can be withdrawn in the privacy policy.</p>",
    ),
    (
        "Avant de continuer",
        "<p>Avec votre consentement, nos partenaires et nous utilisons des cookies et traitons vos données "
        "personnelles.</p><p>Tout accepter ou refuser, dans le respect de votre vie privée.</p>",
    ),
    (
        "a.example",
        "<p>Nosotros y nuestros socios usamos cookies y tratamos datos personales con su consentimiento. Puede aceptar "
        "o rechazar el uso de cookies.</p>",
    ),
    (
        "Privacyinstellingen",
        "<p>Wij en onze partners gebruiken cookies en verwerken persoonsgegevens. Met uw toestemming tonen wij "
        "advertenties. Alles accepteren of weigeren.</p>",
    ),
    (
        "Согласие на обработку данных",
        "<p>Мы и наши партнёры используем cookies и обрабатываем персональные данные с вашего согласия. Принять или "
        "отклонить.</p>",
    ),
    (
        "a.example",
        "<p>Noi e i nostri partner trattiamo dati personali e usiamo i cookie con il tuo consenso, come dice "
        "l'informativa. Accetta o rifiuta.</p>",
    ),
]
NOT_FOUND = [
    ("404 Not Found", "<h1>404</h1><p>The page you requested could not be found.</p>"),
    ("Page not found | River Post", "<h1>Sorry!</h1><p>We can't find the page you are looking for.</p>"),
    ("Seite nicht gefunden – Flussbote", "<p>Die gesuchte Seite existiert nicht mehr. Zurück zur Startseite.</p>"),
    ("Page introuvable", "<p>Cette page n'existe plus ou a été déplacée. Retour à l'accueil</p>"),
    ("Página no encontrada - El Río", "<p>La página que busca no existe. Error 404.</p>"),
    ("Pagina non trovata", "<p>La pagina richiesta non esiste o è stata spostata. Torna alla home.</p>"),
    ("Pagina niet gevonden", "<p>Deze pagina bestaat niet (meer). Controleer het adres.</p>"),
    ("Страница не найдена", "<p>Возможно, страница была удалена. Вернуться на главную</p>"),
    ("ページが見つかりません", "<p>お探しのページは移動または削除された可能性があります。</p>"),
    (
        "River Post",
        "<h2>Oops</h2><p>404: the article cannot be found. It may have been moved or deleted. Check the URL, or go "
        "back to the homepage.</p>",
    ),
]
LOG_IN = [
    ("Log in - River Post", "<form><label>Email address</label><label>Password</label></form><p>Forgot password?</p>"),
    ("Sign in", "<p>Sign in with your e-mail and password. Don't have an account? Create an account.</p>"),
    ("Anmelden | Flussbote", "<p>E-Mail und Passwort</p><p>Passwort vergessen? Jetzt registrieren</p>"),
    ("Connexion", "<p>Adresse électronique</p><p>Mot de passe oublié ?</p><p>Créer un compte</p>"),
    ("Iniciar sesión", "<p>Correo electrónico</p><p>Contraseña</p><p>¿Olvidaste tu contraseña? Regístrate</p>"),
    ("Accedi", "<p>Nome utente e password</p><p>Password dimenticata? Registrati</p>"),
    ("Logowanie", "<p>Nazwa użytkownika</p><p>Hasło</p><p>Nie masz konta? Zarejestruj się</p>"),
    ("Вход", "<p>Логин или почта</p><p>Пароль</p><p>Забыли пароль? Регистрация</p>"),
    ("登录", "<p>用户名</p><p>密码</p><p>忘记密码？注册</p>"),
]
OLD_BROWSER = [
    ("Unsupported browser", "<p>Your browser is not supported. Please use a modern browser such as Firefox.</p>"),
    ("River Post", "<p>Your browser is out of date. Please upgrade your browser: Chrome, Firefox, Safari.</p>"),
    ("Browser nicht unterstützt", "<p>Ihr Browser wird nicht mehr unterstützt. Aktualisieren Sie ihn bitte.</p>"),
    ("Flussbote", "<p>Ihr Browser ist veraltet. Bitte verwenden Sie einen aktuellen Browser: Firefox, Edge.</p>"),
    ("Le Fleuve", "<p>Votre navigateur n'est plus compatible. Mettez-le à jour ou utilisez Chrome ou Firefox.</p>"),
    ("El Río", "<p>Su navegador no es compatible. Actualice a la última versión de Chrome o Firefox.</p>"),
    ("JavaScript required", "<p>Please enable JavaScript to view this site.</p>"),
    ("Il Fiume", "<p>Il tuo browser non è supportato. Aggiorna Chrome, Firefox o Safari.</p>"),
    ("Река", "<p>Ваш браузер устарел. Обновите его или установите Chrome или Firefox.</p>"),
]
AGE_GATES = [
    ("Age verification", "<p>You must be 18 or older to enter this site.</p><p>Enter</p><p>Exit</p>"),
    ("River Beer", "<p>Are you over 18? Please enter your date of birth. Alcohol is not suitable for children.</p>"),
    ("Altersprüfung", "<p>Bist du mindestens 18 Jahre alt?</p><p>Eintreten oder verlassen</p>"),
    ("Vérification de l'âge", "<p>Avez-vous plus de 18 ans ?</p><p>Entrer ou quitter</p>"),
    ("Verificación de edad", "<p>¿Eres mayor de edad? Confirma tu edad para entrar.</p>"),
    ("Verifica dell'età", "<p>Devi essere maggiorenne. Inserisci la data di nascita.</p>"),
    ("Leeftijdscontrole", "<p>Ben je 18 jaar of ouder? Vul je geboortedatum in.</p>"),
    ("Подтверждение возраста", "<p>Вам есть 18 лет?</p><p>Да, войти. Нет, выйти.</p>"),
    ("Weryfikacja wieku", "<p>Czy masz ukończone 18 lat?</p><p>Wejdź albo wyjdź</p>"),
]
PARKED = [
    ("river.example is for sale", "<p>This domain is for sale. Make an offer.</p><p>Related searches</p>"),
    ("river.example", "<p>This domain is parked free by its registrar.</p><p>Buy this domain</p><p>Related links</p>"),
    ("fluss.example steht zum Verkauf", "<p>Diese Domain steht zum Verkauf.</p><p>Domaininhaber: Sedo</p>"),
    ("Nom de domaine à vendre", "<p>Le domaine fleuve.example est à vendre.</p>"),
    ("Dominio en venta", "<p>El dominio rio.example está en venta. Comprar este dominio.</p>"),
    ("Welcome to nginx!", "<p>If you see this page, the nginx web server is successfully installed.</p>"),
    ("Apache2 Ubuntu Default Page: It works", "<p>This is the default page of the Apache web server.</p>"),
    ("Account Suspended", "<p>This account has been suspended. Contact your hosting provider.</p>"),
    ("Домен продаётся", "<p>Домен reka.example продаётся. Купить домен</p>"),
    ("River Post", "<p>This domain has expired. Renew your domain at your registrar. Parked by GoDaddy.</p>"),
]
PAYWALLS = [
    ("To continue reading, subscribe.", "Already a subscriber? Sign in to read.", "Cancel anytime. € 4 per month."),
    ("Weiterlesen mit Plus.", "Nur für Abonnenten.", "Jetzt testen, monatlich kündbar. Bereits Abonnent? Anmelden."),
    ("La suite est réservée à nos abonnés.", "Pour lire la suite, abonnez-vous.", "Déjà abonné ? Se connecter"),
    ("Para seguir leyendo, suscríbete.", "Exclusivo para suscriptores.", "¿Ya eres suscriptor? Inicia sesión"),
    ("Per continuare a leggere, abbonati.", "Riservato agli abbonati.", "Sei già abbonato? Accedi"),
    ("Verder lezen?", "Alleen voor abonnees.", "Neem een abonnement. Al abonnee? Log in"),
    ("Läs vidare.", "Endast för prenumeranter.", "Prenumerera nu. Redan prenumerant? Logga in"),
    ("Czytaj dalej.", "Tylko dla subskrybentów.", "Wykup dostęp. Masz już subskrypcję? Zaloguj się"),
]


def test_each_kind_has_eight_examples():
    assert min(map(len, (CHALLENGES, CONSENT, NOT_FOUND, LOG_IN, OLD_BROWSER, AGE_GATES, PARKED, PAYWALLS))) >= 8


@pytest.mark.parametrize(("title", "body"), CHALLENGES)
def test_challenges(title, body):
    assert outcome(title, body) == "challenge"


@pytest.mark.parametrize(("title", "body"), CONSENT)
def test_consent_walls(title, body):
    assert outcome(title, body) == "consent_wall"


@pytest.mark.parametrize(
    ("kind", "title", "body"),
    [
        (kind, *example)
        for kind, examples in (
            ("not_found", NOT_FOUND),
            ("log_in", LOG_IN),
            ("old_browser", OLD_BROWSER),
            ("age_gate", AGE_GATES),
            ("parked", PARKED),
        )
        for example in examples
    ],
)
def test_pages_that_say_that_there_is_no_article(kind, title, body):
    result = found(title, body)
    wall = read_walls()[kind]
    assert isinstance(result, Refusal)
    assert (result.outcome, result.reason.split(":")[0]) == (wall.outcome, wall.reason)


@pytest.mark.parametrize("lines", PAYWALLS)
def test_a_stub_that_asks_for_a_subscription(lines):
    body = f"<article><h1>Barge</h1><p>{TEXT * 3}</p>" + "".join(f"<p>{line}</p>" for line in lines) + "</article>"
    assert outcome("Barge", body) == "paywall"


def test_a_stub_behind_a_paywall():
    head = ld(isAccessibleForFree="false", datePublished='"2026-05-03"')
    assert outcome("Barge", f"<article><h1>Barge</h1><p>{TEXT}</p></article>", head) == "paywall"
    stub = f"<article><h1>Barge</h1><p>{TEXT * 4}</p><p>Subscribe to continue reading.</p></article>"
    assert outcome("Barge", stub, ld(isAccessibleForFree='"False"')) == "paywall"


def links(count, shape):
    return "".join(
        shape.format(n=n, text=f"Headline number {n} about a barge and what the council thinks") for n in range(count)
    )


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("News", "<main><h1>News</h1><ul>" + links(30, '<li><a href="/news/{n}">{text}</a></li>') + "</ul></main>"),
        ("Sport", "<main>" + links(20, '<h2><a href="/news/{n}">{text}</a></h2>') + "</main>"),
        ("Archive", "<main>" + links(40, '<p><a href="/2026/{n}">{text}</a></p>') + "</main>"),
        ("Jane Roe", "<main><h1>Jane Roe</h1>" + links(25, '<div><a href="/a/{n}">{text}</a></div>') + "</main>"),
        ("Lokales", "<main><h1>Lokales</h1>" + links(18, '<h3><a href="/lokales/{n}">{text}</a></h3>') + "</main>"),
        ("À la une", "<main>" + links(18, '<p><a href="/une/{n}">{text}</a></p><p>Il y a {n} h</p>') + "</main>"),
        ("Tag: barge", "<main><h1>barge</h1>" + links(16, '<p><a href="/t/{n}">{text}</a></p>') + "</main>"),
        ("Search", "<main><p>16 results</p>" + links(16, '<p><a href="/s/{n}">{text}</a></p>') + "</main>"),
    ],
    ids=range(8),
)
def test_index_pages(title, body):
    assert outcome(title, body) == "index_page"


@pytest.mark.parametrize(
    ("title", "body", "head"),
    [
        ("Barge", paragraphs(6), ""),
        ("Barge", paragraphs(6), ld(isAccessibleForFree="false", datePublished='"2026-05-03"')),
        ("Access denied: how banks close accounts", paragraphs(6), ""),
        ("Why cookie consent failed", paragraphs(3) + "<p>Cookies and consent, said our partners.</p>" * 3, ""),
        ("Just a moment of silence in Marlow", paragraphs(2), ""),
        ("Barge", f"<article><h1>Barge</h1><p>{TEXT}</p></article>", ""),
        ("Barge", f"<article><p>{TEXT}</p></article>", ld(datePublished='"2026-05-03T10:00:00Z"')),
        ("Ten barges", paragraphs(2) + "".join(f'<p><a href="/b/{n}">Barge {n}</a></p>' for n in range(30)), ""),
        ("Page not found: the lost leaves of Marlow's chronicle", paragraphs(4), ""),
        ("404", paragraphs(5), ""),
        ("Not found", paragraphs(3), ld(datePublished='"2026-05-03T10:00:00Z"')),
        ("Log in to the river: barges go online", paragraphs(3), ""),
        ("Barge", paragraphs(2) + "<p>Log in with your e-mail and password, or register. Forgot password?</p>", ""),
        ("New browser drops old sites", paragraphs(2) + "<p>Please upgrade your browser, Chrome or Firefox.</p>", ""),
        ("Are you over 18? Marlow asks", paragraphs(4), ""),
        ("Drinking age", paragraphs(2) + "<p>You must be 18 years old to enter; confirm your age with a yes.</p>", ""),
        ("Domain for sale: a town and its name", paragraphs(4), ""),
        ("Barge", paragraphs(3) + "<p>Already a subscriber? Sign in.</p><p>Subscribe to read more.</p>", ""),
        ("Barge", f"<article><p>{TEXT * 4}</p><p>Already a subscriber? Sign in to read.</p></article>", ""),
        (
            "Barge",
            f"<article><p>{TEXT * 2}</p></article><footer>Log in. Password. Forgot? Register. Remember me.</footer>",
            "",
        ),
    ],
    ids=range(20),
)
def test_articles_are_never_refused(title, body, head):
    assert outcome(title, body, head) == "article"


def test_plain_text_about_cookies_is_text():
    data = ("Cookies and consent: our partners accept all and reject all, says the privacy policy. " * 3).encode()
    result = extract(Payload(Reference("", "", "", "", "text", 0, "", "", ""), data, NOW))
    assert isinstance(result, Extracted)


@pytest.mark.parametrize("kind", read_walls())
def test_each_kind_ends_in_a_word_of_the_ledger(kind):
    assert read_walls()[kind].outcome in OUTCOMES


@given(st.lists(st.text(min_size=1, max_size=80), max_size=9), st.text(max_size=200), st.text(max_size=60))
def test_any_page_is_answered(lines, page, title):
    wall = find_wall(lines, lambda: page, Metadata(title=title), frozenset())
    assert wall is None or (wall.outcome in OUTCOMES and wall.reason)
