// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "viewer.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QStringDecoder>
#include <QtGui/QFontDatabase>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMenuBar>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTabWidget>
#include <QtWidgets/QVBoxLayout>

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 mostBytes = 1024 * 1024;

// The same for all ways to name a file.
QString identity(const QString &path)
{
    const QString canonical = QFileInfo(path).canonicalFilePath(); // empty where there is none
    return canonical.isEmpty() ? QDir::cleanPath(path) : canonical;
}

// The name of the file, short enough for a tab.
QString label(const QString &path, const QWidget *widget)
{
    constexpr int mostLetters = 24;
    const QFontMetrics metrics = widget->fontMetrics();
    return metrics.elidedText(QFileInfo(path).fileName(), Qt::ElideMiddle,
                              mostLetters * metrics.averageCharWidth());
}

} // namespace

Page::Page(const QString &path)
    : m_path(path)
    , m_message(new QLabel)
    , m_text(new QPlainTextEdit)
{
    m_message->setTextFormat(Qt::PlainText);
    m_message->setMargin(10);
    m_message->setAutoFillBackground(true);
    m_message->setBackgroundRole(QPalette::ToolTipBase);
    m_message->setForegroundRole(QPalette::ToolTipText);
    m_message->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);

    m_text->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_text->setFrameShape(QFrame::NoFrame);
    m_text->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_text->setReadOnly(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_text->document()->setDocumentMargin(12);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(0);
    layout->addWidget(m_message);
    layout->addWidget(m_text);
    setFocusProxy(m_text);
    load();
}

void Page::load()
{
    m_loaded = false;
    m_text->clear();
    const QFileInfo info(m_path);
    const QString name = label(m_path, this);
    if (info.exists() && !info.isFile()) { // to read from a pipe could take for ever
        say(u"%1 is not a file."_s.arg(name));
        return;
    }
    QFile file(m_path);
    if (!file.open(QIODevice::ReadOnly)) {
        say(u"Cannot read %1: %2."_s.arg(name, file.errorString()));
        return;
    }
    const QByteArray content = file.read(mostBytes);
    if (file.error() != QFileDevice::NoError) {
        say(u"Cannot read %1: %2."_s.arg(name, file.errorString()));
        return;
    }
    if (content.contains('\0')) {
        say(u"%1 is not a text."_s.arg(name));
        return;
    }
    m_loaded = true;
    QStringDecoder decode(QStringDecoder::Utf8); // keeps back half a letter at the end
    m_text->setPlainText(decode(content));
    if (file.size() > mostBytes) {
        say(u"Only the first %1 of %2 are shown."_s.arg(locale().formattedDataSize(mostBytes, 0),
                                                        locale().formattedDataSize(file.size())));
    } else {
        say({});
    }
}

void Page::say(const QString &message)
{
    m_message->setText(message);
    m_message->setVisible(!message.isEmpty());
}

Viewer::Viewer()
    : m_stack(new QStackedWidget)
    , m_tabs(new QTabWidget)
{
    auto *hint =
        new QLabel(u"Open a file here with Ctrl+O,\nor in a terminal with “viewer FILE”."_s);
    hint->setAlignment(Qt::AlignCenter);
    hint->setEnabled(false);
    m_stack->addWidget(hint);
    m_stack->addWidget(m_tabs);
    setCentralWidget(m_stack);

    m_tabs->setDocumentMode(true);
    m_tabs->setMovable(true);
    m_tabs->setTabsClosable(true);
    connect(m_tabs, &QTabWidget::tabCloseRequested, this, &Viewer::closeTab);
    connect(m_tabs, &QTabWidget::currentChanged, this, &Viewer::showCurrent);

    addMenu();
    resize(800, 520);
    showCurrent();
}

void Viewer::addMenu()
{
    QMenu *menu = menuBar()->addMenu(u"&File"_s);
    menu->addAction(u"&Open…"_s, QKeySequence(Qt::CTRL | Qt::Key_O), this, &Viewer::choose);
    menu->addAction(u"&Close Tab"_s, QKeySequence(Qt::CTRL | Qt::Key_W), this,
                    [this] { closeTab(m_tabs->currentIndex()); });
    menu->addSeparator();
    menu->addAction(u"&Quit"_s, QKeySequence(Qt::CTRL | Qt::Key_Q), this, &QWidget::close);
}

void Viewer::open(const QStringList &paths, const IPCActivation &waiting)
{
    for (const QString &path : paths) {
        Page *page = find(path);
        if (!page)
            page = add(path);
        else if (!page->isLoaded())
            page->load();
        page->keep(waiting);
        m_tabs->setCurrentWidget(page);
    }
}

void Viewer::choose()
{
    auto *dialog = new QFileDialog(this, u"Open"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFiles);
    connect(dialog, &QFileDialog::filesSelected, this,
            [this](const QStringList &paths) { open(paths); });
    dialog->open();
}

void Viewer::closeTab(int index)
{
    delete m_tabs->widget(index);
}

void Viewer::showCurrent()
{
    const auto *page = qobject_cast<Page *>(m_tabs->currentWidget());
    m_stack->setCurrentIndex(page ? 1 : 0);
    setWindowTitle(page ? QFileInfo(page->path()).fileName() : QString());
    if (page)
        m_tabs->currentWidget()->setFocus();
}

Page *Viewer::find(const QString &path) const
{
    const QString wanted = identity(path);
    for (int i = 0; i < m_tabs->count(); ++i) {
        auto *page = qobject_cast<Page *>(m_tabs->widget(i));
        if (identity(page->path()) == wanted)
            return page;
    }
    return nullptr;
}

Page *Viewer::add(const QString &path)
{
    auto *page = new Page(path);
    const QString text = label(path, m_tabs).replace(u'&', u"&&"_s);
    m_tabs->setTabToolTip(m_tabs->addTab(page, text), QDir::toNativeSeparators(path));
    return page;
}
