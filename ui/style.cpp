// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/style.h"

#include "ui/theme.h"

#include <QAbstractButton>
#include <QAbstractScrollArea>
#include <QComboBox>
#include <QPainter>
#include <QPainterPath>
#include <QPushButton>
#include <QScrollBar>
#include <QStyleOption>

using namespace Qt::StringLiterals;

namespace {
constexpr auto primary = "primary";
constexpr auto plain = "link";

bool has(const QWidget *widget, const char *property)
{
    return widget && widget->property(property).toBool();
}

int heightOf(const QStyleOption *option)
{
    return option->fontMetrics.height() * 3 / 4;
}

/// Rounded rectangle with a crisp hairline.
void box(QPainter *painter, const QRect &rect, qreal radius, const QColor &line, const QBrush &fill)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(line.isValid() ? QPen(line, 1) : QPen(Qt::NoPen));
    painter->setBrush(fill);
    painter->drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
    painter->restore();
}

void chevron(QPainter *painter, const QPointF &centre, qreal size, int quarterTurns, const QColor &ink)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->translate(centre);
    painter->rotate(90 * quarterTurns);
    painter->setPen(Qt::NoPen);
    painter->setBrush(ink);
    QPainterPath path;
    path.moveTo(-size, -size / 2);
    path.lineTo(size, -size / 2);
    path.lineTo(0, size * 0.7);
    path.closeSubpath();
    painter->drawPath(path);
    painter->restore();
}

void tick(QPainter *painter, const QRectF &rect, const QColor &ink)
{
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    painter->setPen(QPen(ink, qMax(1.4, rect.width() / 8), Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    QPainterPath path;
    path.moveTo(rect.left() + rect.width() * 0.24, rect.top() + rect.height() * 0.52);
    path.lineTo(rect.left() + rect.width() * 0.43, rect.top() + rect.height() * 0.71);
    path.lineTo(rect.left() + rect.width() * 0.77, rect.top() + rect.height() * 0.30);
    painter->strokePath(path, painter->pen());
    painter->restore();
}

void drawCheckBox(const QStyleOption *option, QPainter *painter)
{
    const QPalette &p = option->palette;
    const bool on = option->state & QStyle::State_On;
    const bool enabled = option->state & QStyle::State_Enabled;
    const bool hover = option->state & QStyle::State_MouseOver && enabled;
    const QColor line = hover ? colour(Tone::Accent, p) : colour(Tone::Muted, p);
    const QRect rect = option->rect.adjusted(1, 1, -1, -1);
    box(painter, rect, 3, enabled ? line : colour(Tone::Line, p), p.base());
    if (on)
        tick(painter, rect, p.color(enabled ? QPalette::Active : QPalette::Disabled, QPalette::Text));
}

void drawButtonPanel(const QStyleOption *option, QPainter *painter, const QWidget *widget)
{
    const QPalette &p = option->palette;
    const bool enabled = option->state & QStyle::State_Enabled;
    const bool down = option->state & (QStyle::State_Sunken | QStyle::State_On);
    const bool hover = option->state & QStyle::State_MouseOver && enabled;
    const bool focus = option->state & QStyle::State_HasFocus && option->state & QStyle::State_KeyboardFocusChange;
    const qreal radius = heightOf(option) / 2.4;
    const QColor accent = colour(Tone::Accent, p);
    if (has(widget, plain)) {
        if (hover || down || focus)
            box(painter, option->rect, radius, focus ? accent : QColor(), colour(Tone::Chip, p));
        return;
    }
    if (has(widget, primary) && enabled) {
        const QColor fill = down ? accent.darker(115) : hover ? accent.lighter(108) : accent;
        box(painter, option->rect, radius, focus ? p.color(QPalette::Text) : fill, fill);
        return;
    }
    const QBrush fill = down ? QBrush(colour(Tone::Selection, p)) : hover ? QBrush(colour(Tone::Chip, p)) : p.base();
    box(painter, option->rect, radius, focus ? accent : colour(Tone::Line, p), fill);
}

void drawField(const QStyleOption *option, QPainter *painter)
{
    const QPalette &p = option->palette;
    const bool focus = option->state & QStyle::State_HasFocus;
    box(painter, option->rect, heightOf(option) / 2.4, colour(focus ? Tone::Accent : Tone::Line, p), p.base());
}

void drawScrollBar(const QStyle *style, const QStyleOptionSlider *option, QPainter *painter, const QWidget *widget)
{
    const QPalette &p = option->palette;
    const bool flat = option->orientation == Qt::Horizontal;
    const bool active = option->activeSubControls & QStyle::SC_ScrollBarSlider;
    QRect slider = style->subControlRect(QStyle::CC_ScrollBar, option, QStyle::SC_ScrollBarSlider, widget);
    const int inset = qMax(2, (flat ? slider.height() : slider.width()) / 4);
    slider = flat ? slider.adjusted(1, inset, -1, -inset) : slider.adjusted(inset, 1, -inset, -1);
    if (option->minimum == option->maximum)
        return;
    QColor ink = colour(Tone::Muted, p);
    ink.setAlpha(active ? 170 : 90);
    box(painter, slider, qMin(slider.width(), slider.height()) / 2.0, QColor(), ink);
}

void drawComboBox(const QStyle *style, const QStyleOptionComboBox *option, QPainter *painter, const QWidget *widget)
{
    if (!option->editable)
        drawButtonPanel(option, painter, widget);
    else
        drawField(option, painter);
    const QRect arrow = style->subControlRect(QStyle::CC_ComboBox, option, QStyle::SC_ComboBoxArrow, widget);
    chevron(painter, QRectF(arrow).center(), heightOf(option) / 3.6, 0, colour(Tone::Muted, option->palette));
}

void drawHeader(const QStyleOption *option, QPainter *painter)
{
    painter->fillRect(option->rect, option->palette.base());
    painter->setPen(colour(Tone::Line, option->palette));
    painter->drawLine(option->rect.bottomLeft(), option->rect.bottomRight());
}

void drawProgress(const QStyleOptionProgressBar *option, QPainter *painter)
{
    const QPalette &p = option->palette;
    const int thickness = qMax(4, heightOf(option) / 2);
    QRect groove = option->rect;
    groove.setTop(groove.center().y() - thickness / 2);
    groove.setHeight(thickness);
    const qreal radius = thickness / 2.0;
    box(painter, groove, radius, QColor(), colour(Tone::Line, p));
    const qint64 span = qint64(option->maximum) - option->minimum;
    const double share = span > 0 ? double(option->progress - option->minimum) / double(span) : 0;
    QRect done = groove;
    done.setWidth(qRound(groove.width() * qBound(0.0, share, 1.0)));
    if (done.width() > 0)
        box(painter, done, radius, QColor(), colour(Tone::Accent, p));
}
}

namespace {
void drawMenuBarItem(const QStyle *style, const QStyleOptionMenuItem *item, QPainter *painter)
{
    painter->fillRect(item->rect, item->palette.window());
    if (item->state & QStyle::State_Selected)
        box(painter, item->rect.adjusted(1, 2, -1, -2), heightOf(item) / 2.4, QColor(),
            colour(Tone::Chip, item->palette));
    style->drawItemText(painter, item->rect, Qt::AlignCenter | Qt::TextShowMnemonic | Qt::TextHideMnemonic,
                        item->palette, item->state & QStyle::State_Enabled, item->text, QPalette::WindowText);
}

bool isSeparator(const QStyleOption *option)
{
    const auto *item = qstyleoption_cast<const QStyleOptionMenuItem *>(option);
    return item && item->menuItemType == QStyleOptionMenuItem::Separator && item->text.isEmpty();
}

void drawSeparator(const QStyleOption *option, QPainter *painter)
{
    painter->fillRect(option->rect, option->palette.base());
    const QRect line(option->rect.left(), option->rect.center().y(), option->rect.width(), 1);
    painter->fillRect(line, colour(Tone::Line, option->palette));
}

void drawTab(const QStyleOption *option, QPainter *painter)
{
    painter->fillRect(option->rect, option->palette.window());
    const bool isMarked = option->state & (QStyle::State_Selected | QStyle::State_MouseOver);
    QRect line = option->rect;
    line.setTop(line.bottom() - (isMarked ? 1 : 0));
    painter->fillRect(line,
                      colour(option->state & QStyle::State_Selected ? Tone::Accent : Tone::Line, option->palette));
}
}

Style::Style() : QProxyStyle(u"fusion"_s) {}

void Style::drawPrimitive(PrimitiveElement element, const QStyleOption *option, QPainter *painter,
                          const QWidget *widget) const
{
    const QPalette &p = option->palette;
    switch (element) {
    case PE_PanelButtonCommand: drawButtonPanel(option, painter, widget); return;
    case PE_PanelButtonTool:
        if (option->state & (State_MouseOver | State_Sunken | State_On) && option->state & State_Enabled)
            box(painter, option->rect, heightOf(option) / 2.4, QColor(), colour(Tone::Chip, p));
        return;
    case PE_PanelLineEdit:
        if (widget && widget->property("bare").toBool())
            return;
        drawField(option, painter);
        return;
    case PE_FrameFocusRect:
        if (!widget || widget->inherits("QAbstractItemView"))
            return; // the selection says where the keyboard is
        box(painter, option->rect, 4, colour(Tone::Accent, p), Qt::NoBrush);
        return;
    case PE_IndicatorCheckBox:
    case PE_IndicatorItemViewItemCheck: drawCheckBox(option, painter); return;
    case PE_IndicatorBranch:
        if (option->state & State_Children) {
            const QPointF centre(option->rect.right() - heightOf(option) * 0.55, QRectF(option->rect).center().y());
            chevron(painter, centre, heightOf(option) / 3.2, option->state & State_Open ? 0 : 3,
                    colour(Tone::Muted, p));
        }
        return;
    case PE_IndicatorArrowDown:
        chevron(painter, QRectF(option->rect).center(), heightOf(option) / 3.6, 0, colour(Tone::Muted, p));
        return;
    case PE_IndicatorDockWidgetResizeHandle: {
        painter->fillRect(option->rect, p.window());
        painter->setPen(colour(Tone::Line, p));
        const QRect &r = option->rect;
        if (option->state & State_Horizontal)
            painter->drawLine(r.left(), r.center().y(), r.right(), r.center().y());
        else
            painter->drawLine(r.center().x(), r.top(), r.center().x(), r.bottom());
        return;
    }
    case PE_PanelMenu:
    case PE_FrameMenu:
    case PE_PanelTipLabel: box(painter, option->rect, 0, colour(Tone::Line, p), p.base()); return;
    case PE_FrameTabBarBase:
        painter->fillRect(option->rect.left(), option->rect.bottom(), option->rect.width(), 1, colour(Tone::Line, p));
        return;
    case PE_FrameStatusBarItem:
    case PE_PanelMenuBar: return;
    default: QProxyStyle::drawPrimitive(element, option, painter, widget);
    }
}

void Style::drawControl(ControlElement element, const QStyleOption *option, QPainter *painter,
                        const QWidget *widget) const
{
    switch (element) {
    case CE_PushButtonLabel: {
        if (const auto *button = qstyleoption_cast<const QStyleOptionButton *>(option)) {
            QStyleOptionButton copy(*button);
            const bool enabled = option->state & State_Enabled;
            if (has(widget, primary) && enabled)
                copy.palette.setColor(QPalette::ButtonText, copy.palette.color(QPalette::Base));
            if (has(widget, plain) && enabled)
                copy.palette.setColor(QPalette::ButtonText,
                                      colour(has(widget, "warn") ? Tone::Unexpected : Tone::Accent, copy.palette));
            QProxyStyle::drawControl(element, &copy, painter, widget);
            return;
        }
        break;
    }
    case CE_TabBarTabShape: drawTab(option, painter); return;
    case CE_TabBarTabLabel:
        if (const auto *tab = qstyleoption_cast<const QStyleOptionTab *>(option)) {
            QStyleOptionTab copy(*tab);
            if (!(tab->state & State_Selected))
                copy.palette.setColor(QPalette::WindowText, colour(Tone::Muted, tab->palette));
            QProxyStyle::drawControl(element, &copy, painter, widget);
            return;
        }
        break;
    case CE_HeaderSection:
    case CE_HeaderEmptyArea: drawHeader(option, painter); return;
    case CE_ProgressBarGroove: return;
    case CE_ProgressBarContents:
        if (const auto *bar = qstyleoption_cast<const QStyleOptionProgressBar *>(option))
            drawProgress(bar, painter);
        return;
    case CE_ToolBar: return;
    case CE_MenuItem:
        if (isSeparator(option)) {
            drawSeparator(option, painter);
            return;
        }
        break;
    case CE_MenuBarItem:
        if (const auto *item = qstyleoption_cast<const QStyleOptionMenuItem *>(option)) {
            drawMenuBarItem(proxy(), item, painter);
            return;
        }
        break;
    case CE_MenuBarEmptyArea: painter->fillRect(option->rect, option->palette.window()); return;
    default: break;
    }
    QProxyStyle::drawControl(element, option, painter, widget);
}

void Style::drawComplexControl(ComplexControl control, const QStyleOptionComplex *option, QPainter *painter,
                               const QWidget *widget) const
{
    if (control == CC_ScrollBar) {
        if (const auto *slider = qstyleoption_cast<const QStyleOptionSlider *>(option)) {
            drawScrollBar(proxy(), slider, painter, widget);
            return;
        }
    }
    if (control == CC_ComboBox) {
        if (const auto *box = qstyleoption_cast<const QStyleOptionComboBox *>(option)) {
            drawComboBox(proxy(), box, painter, widget);
            return;
        }
    }
    QProxyStyle::drawComplexControl(control, option, painter, widget);
}

QRect Style::subElementRect(SubElement element, const QStyleOption *option, const QWidget *widget) const
{
    const QRect rect = QProxyStyle::subElementRect(element, option, widget);
    return element == SE_LineEditContents ? rect.adjusted(heightOf(option) / 3, 0, -heightOf(option) / 4, 0) : rect;
}

int Style::pixelMetric(PixelMetric metric, const QStyleOption *option, const QWidget *widget) const
{
    switch (metric) {
    case PM_DockWidgetSeparatorExtent: return 3;
    case PM_DockWidgetFrameWidth:
    case PM_ToolBarFrameWidth:
    case PM_ToolBarItemMargin:
    case PM_ToolBarItemSpacing:
    case PM_MenuBarPanelWidth:
    case PM_ButtonShiftHorizontal:
    case PM_ButtonShiftVertical: return 0;
    case PM_IndicatorWidth:
    case PM_IndicatorHeight: return widget ? qMax(14, widget->fontMetrics().height()) : 16;
    case PM_MenuVMargin: return widget ? widget->fontMetrics().height() / 3 : 5;
    case PM_ScrollBarExtent: return widget ? qMax(10, widget->fontMetrics().height() * 3 / 4) : 12;
    case PM_ScrollBarSliderMin: return 24;
    case PM_TreeViewIndentation: return widget ? widget->fontMetrics().height() : 16;
    default: return QProxyStyle::pixelMetric(metric, option, widget);
    }
}

int Style::styleHint(StyleHint hint, const QStyleOption *option, const QWidget *widget, QStyleHintReturn *data) const
{
    switch (hint) {
    case SH_EtchDisabledText:
    case SH_DitherDisabledText:
    case SH_DialogButtonBox_ButtonsHaveIcons:
    case SH_ScrollBar_Transient:
    case SH_UnderlineShortcut:
    case SH_ComboBox_Popup: return 0;
    case SH_ItemView_ShowDecorationSelected: return 1;
    default: return QProxyStyle::styleHint(hint, option, widget, data);
    }
}

QSize Style::sizeFromContents(ContentsType type, const QStyleOption *option, const QSize &size,
                              const QWidget *widget) const
{
    QSize result = QProxyStyle::sizeFromContents(type, option, size, widget);
    if (!option)
        return result;
    const int h = heightOf(option);
    switch (type) {
    case CT_PushButton:
        result.setWidth(option->fontMetrics.horizontalAdvance(u"x"_s) * 2 + size.width()
                        + (has(widget, plain) ? 0 : h));
        result.setHeight(qMax(size.height() + h * 3 / 4, h * 2));
        return result;
    case CT_LineEdit: result.setHeight(qMax(result.height(), h * 9 / 4)); return result;
    case CT_ComboBox: result.setHeight(h * 9 / 4); return result;
    case CT_HeaderSection: result.setHeight(h * 9 / 4); return result;
    case CT_MenuItem:
        result.setHeight(isSeparator(option) ? h * 2 / 3 : qMax(result.height(), h / 2 + option->fontMetrics.height()));
        return result;
    default: return result;
    }
}

void Style::polish(QWidget *widget)
{
    QProxyStyle::polish(widget);
    if (qobject_cast<QAbstractButton *>(widget) || qobject_cast<QComboBox *>(widget)
        || qobject_cast<QScrollBar *>(widget))
        widget->setAttribute(Qt::WA_Hover);
}
